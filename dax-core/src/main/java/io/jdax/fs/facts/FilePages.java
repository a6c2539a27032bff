package io.jdax.fs.facts;

/**
 * Pages of a file that have storage, or some set aside, and are loaded and stored in the same
 * place.
 *
 * @param firstPage of 4096 bytes
 * @param pageCount how many
 * @param place where loads and stores go
 */
public record FilePages(long firstPage, long pageCount, Place place) {
  /** Where loads and stores through mappings go. */
  public enum Place {
    /** To the media, where the page lies in one piece. */
    IN_PLACE,
    /** To DRAM: all pages of the file do, or the page's blocks lie apart, or it lacks some. */
    DRAM
  }
}
