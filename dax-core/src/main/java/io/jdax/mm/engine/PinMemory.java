package io.jdax.mm.engine;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** What the segments of a pin end with: for every thread, or for the one that has pinned. */
final class PinMemory {
  final Arena arena;

  /** Whose it is alone, or null if it is anybody's. */
  private final @Nullable Thread owner;

  private volatile boolean abandoned;

  private PinMemory(Arena arena, @Nullable Thread owner) {
    this.arena = arena;
    this.owner = owner;
  }

  /** For every thread. */
  static PinMemory shared() {
    return new PinMemory(Arena.ofShared(), null);
  }

  /** For the calling thread. */
  static PinMemory here() {
    return new PinMemory(Arena.ofConfined(), Thread.currentThread());
  }

  boolean isOpen() {
    return !abandoned && arena.scope().isAlive();
  }

  /**
   * Ends the segments.
   *
   * @throws WrongThreadException it is another thread's. Once that has ended, nobody can reach the
   *     segments any more, though nobody can close their arena either, and any thread may close
   * @throws IllegalStateException a native call holds the memory
   */
  void close() {
    if (owner != null && !owner.isAlive()) {
      abandoned = true;
    } else {
      arena.close();
    }
  }
}
