package io.jdax.block;

import java.io.IOException;

/**
 * For regions whose bad blocks no interface clears.
 *
 * @param why a sentence for the exception
 */
record BadBlockClearerNone(String why) implements BadBlockClearer {
  @Override
  public int unitBytes() {
    return BadBlocks.UNIT_BYTES;
  }

  @Override
  public void clear(long offset, long length) throws IOException {
    throw new IOException(why);
  }
}
