package io.jdax.mm;

/** A store through a mapping that may not store, or to a file system that became read-only. */
public final class ReadOnlyMappingException extends FilePageException {
  private static final long serialVersionUID = 1L;

  public ReadOnlyMappingException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}
