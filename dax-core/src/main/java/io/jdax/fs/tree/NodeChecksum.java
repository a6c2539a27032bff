package io.jdax.fs.tree;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C of nodes; for one thread at a time, so that it allocates nothing. */
final class NodeChecksum {
  private final CRC32C crc = new CRC32C();

  /**
   * Of the node at {@code offset} of a buffer over DRAM: over mapped memory, a page that is not
   * backed ends the JVM.
   */
  int of(ByteBuffer buffer, long offset) {
    crc.reset();
    crc.update(buffer.limit((int) offset + Node.BYTES).position((int) (offset + Node.SELF)));
    return (int) crc.getValue();
  }
}
