package io.jdax.fs.space;

import org.jspecify.annotations.Nullable;

/**
 * A file whose pages may have frames kept for them, as {@link Fragments} knows it. Compared by
 * identity. Only whole pages are mapped in place, so no thread can reach what is kept, and it is
 * given up, without asking the file, as soon as a reservation needs it.
 */
public final class PageOwner {
  /** Where whole frames for its pages come from, or null for no place in particular. */
  private final @Nullable FrameTaker taker;

  /**
   * The first of this owner's frames in the {@link PartTable}, under the lock of {@link
   * DividedFrames}.
   */
  int firstPart = PartTable.NONE;

  /** A file that gets its frames anywhere. */
  public PageOwner() {
    this.taker = null;
  }

  /** A file that knows where it had best get its frames. */
  public PageOwner(FrameTaker taker) {
    this.taker = taker;
  }

  /** What takes frames for its pages. */
  FrameTaker takerOr(FrameTaker anywhere) {
    return taker == null ? anywhere : taker;
  }
}
