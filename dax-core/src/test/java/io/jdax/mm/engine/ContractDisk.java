package io.jdax.mm.engine;

import java.io.IOException;

/** A file system to run {@link DaxContract} on. */
public interface ContractDisk extends AutoCloseable {
  /** An empty file. */
  ContractFile create(String name) throws IOException;

  FrameSpace frames();

  /** Blocks that could be allocated now. */
  long freeBlocks();

  /** Commits asked for by mappings and persists so far. */
  long commits();

  @Override
  void close() throws IOException;
}
