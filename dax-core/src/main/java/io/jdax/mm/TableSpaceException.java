package io.jdax.mm;

import io.jdax.region.RegionException;

/**
 * No addresses are left for the page table of a mapping, since there are too many mappings, or too
 * large ones. Some must be closed first.
 */
public final class TableSpaceException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A mapping that was not made.
   *
   * @param region name of the region, with which the message begins
   * @param sentence what is lacking, without the name
   */
  public TableSpaceException(String region, String sentence) {
    super(region, sentence);
  }
}
