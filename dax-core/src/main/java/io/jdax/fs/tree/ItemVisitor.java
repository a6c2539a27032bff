package io.jdax.fs.tree;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Is shown every item by a walk. Called by several threads at once, in no order. */
@FunctionalInterface
public interface ItemVisitor {
  /**
   * Is shown one item, whose value is the {@code length} bytes at {@code offset} of {@code node}, a
   * verified copy in DRAM that is valid during the call.
   */
  void item(long hi, long lo, MemorySegment node, long offset, int length) throws IOException;
}
