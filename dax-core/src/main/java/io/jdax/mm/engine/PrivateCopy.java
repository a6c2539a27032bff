package io.jdax.mm.engine;

/** A private frame that is to be shown in the place of another, and whether it is. */
final class PrivateCopy {
  final long pfn;

  /**
   * Said under the lock of the mapping, which has the frame from then on and gives it back with its
   * table: who finds it in the table later than that may look at another's.
   */
  boolean shown;

  PrivateCopy(long pfn) {
    this.pfn = pfn;
  }
}
