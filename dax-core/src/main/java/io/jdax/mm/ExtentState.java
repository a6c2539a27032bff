package io.jdax.mm;

/** What storage a run of pages of a file has. */
public enum ExtentState {
  /** None. Reads as zeros. */
  HOLE,
  /** Storage whose content is not the file's yet. Reads as zeros. */
  UNWRITTEN,
  /** Storage that holds the file's bytes. */
  WRITTEN
}
