package io.jdax.fs.tree;

import io.jdax.fs.space.BlockRun;

/** Where the one open change gets frames for its nodes: out of what it has reserved. */
interface NodeSource {
  /**
   * A frame for one node.
   *
   * @param scratch is overwritten
   * @return its number
   */
  long allocateNode(BlockRun scratch);
}
