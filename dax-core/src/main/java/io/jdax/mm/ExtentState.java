package io.jdax.mm;

/** What a run of file pages is. */
public enum ExtentState {
  /** No storage; reads as zeros. */
  HOLE,
  /** Storage is reserved, its content is not the file's; reads as zeros. */
  UNWRITTEN,
  /** Storage holds the file's bytes. */
  WRITTEN
}
