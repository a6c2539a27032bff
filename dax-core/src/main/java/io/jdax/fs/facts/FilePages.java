package io.jdax.fs.facts;

/**
 * Consecutive pages of a file that have storage, or storage set aside, and whose loads and stores
 * go to the same kind of place.
 *
 * @param firstPage number of the first page, of 4096 bytes each
 * @param pageCount how many pages
 * @param place where loads and stores go
 */
public record FilePages(long firstPage, long pageCount, Place place) {
  /** Where loads and stores through mappings go. */
  public enum Place {
    /** To the media, where the page lies in one piece. */
    IN_PLACE,
    /**
     * To DRAM, as all pages of the file do, or since the page's blocks lie apart or are not all
     * there.
     */
    DRAM
  }
}
