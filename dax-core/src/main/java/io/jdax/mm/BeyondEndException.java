package io.jdax.mm;

/** The page lies wholly beyond the end of the file. (The kernel would raise SIGBUS.) */
public final class BeyondEndException extends FilePageException {
  private static final long serialVersionUID = 1L;

  public BeyondEndException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}
