package io.jdax.block;

import java.io.IOException;

/** No interface clears bad blocks here. */
record BadBlockClearerNone(String why) implements BadBlockClearer {
  @Override
  public int unitBytes() {
    return BadBlocks.UNIT;
  }

  @Override
  public void clear(long offset, long length) throws IOException {
    throw new IOException(why);
  }
}
