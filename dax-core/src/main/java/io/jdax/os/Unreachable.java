package io.jdax.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Runs something when an object has become unreachable. The JDK's own cleaner does so, since a
 * thread of a Cleaner of ours would wait for ever.
 */
public final class Unreachable {
  private Unreachable() {}

  /**
   * Runs {@code work} some time after nobody can reach the returned arena any more. The arena has
   * no other use; the object in question keeps it in a field.
   *
   * @param work must not refer to that object
   */
  public static Arena then(Runnable work) {
    Arena lifetime = Arena.ofAuto();
    MemorySegment.ofAddress(1).reinterpret(1, lifetime, ignored -> work.run());
    return lifetime;
  }
}
