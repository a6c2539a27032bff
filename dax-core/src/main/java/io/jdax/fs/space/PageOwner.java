package io.jdax.fs.space;

/**
 * A file whose pages may have frames kept for them, as {@link Fragments} knows it. Compared by
 * identity. Only whole pages are mapped in place, so no thread can reach what is kept, and it is
 * given up, without asking the file, as soon as a reservation needs it.
 */
public final class PageOwner {
  /**
   * The first of this owner's frames in the {@link PartTable}, under the lock of {@link
   * DividedFrames}.
   */
  int firstPart = PartTable.NONE;
}
