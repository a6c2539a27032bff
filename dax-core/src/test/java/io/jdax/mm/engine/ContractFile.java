package io.jdax.mm.engine;

import io.jdax.mm.ExtentState;
import java.io.IOException;

/** What {@link DaxContract} needs of a file of any file system. */
public interface ContractFile {
  AddressSpace space();

  /** write(2): visible to every mapping on return. Extends the file if needed. */
  void write(long offset, byte[] bytes) throws IOException;

  /** read(2): as many bytes as there are before the end of the file. */
  byte[] read(long offset, int length) throws IOException;

  /** Waits for pins as long as {@code timeoutNanos}. */
  void truncate(long size, long timeoutNanos) throws IOException;

  /** Whole pages. Waits for pins as long as {@code timeoutNanos}. */
  void punch(long firstPage, long pageCount, long timeoutNanos) throws IOException;

  /** Reserves unwritten storage for the holes of a range of whole pages. */
  void allocate(long firstPage, long pageCount) throws IOException;

  ExtentState state(long page) throws IOException;

  /** Frame behind a page; 0 for none. */
  long pfn(long page) throws IOException;

  /** Nobody uses it any more. */
  default void close() throws IOException {
    space().close();
  }
}
