package io.jdax.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Runs something when an object has become unreachable. The JDK's own cleaner does it, so that no
 * thread of ours waits for that, as one of a Cleaner would for ever.
 */
public final class Unreachable {
  private Unreachable() {}

  /**
   * Runs {@code work} some time after nobody can reach the returned arena any more, which is of no
   * other use: the object in question keeps it.
   *
   * @param work must not lead to that object
   */
  public static Arena then(Runnable work) {
    Arena lifetime = Arena.ofAuto();
    MemorySegment.ofAddress(1).reinterpret(1, lifetime, ignored -> work.run());
    return lifetime;
  }
}
