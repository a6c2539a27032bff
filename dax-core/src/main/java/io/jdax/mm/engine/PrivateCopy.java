package io.jdax.mm.engine;

/** A private frame that is to be shown in the place of another, and whether it is shown. */
final class PrivateCopy {
  final long pfn;

  /**
   * Set under the lock of the mapping. From then on the mapping has the frame, and gives it back
   * with its table. Later than that, to look for it in the table might find another's.
   */
  boolean shown;

  PrivateCopy(long pfn) {
    this.pfn = pfn;
  }
}
