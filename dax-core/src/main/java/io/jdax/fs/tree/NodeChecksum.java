package io.jdax.fs.tree;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C of nodes. For one thread at a time, so that it allocates nothing. */
final class NodeChecksum {
  private final CRC32C crc = new CRC32C();

  /**
   * The checksum of the node at {@code offset} of a buffer. The buffer is in DRAM, since a page of
   * mapped memory that is not backed would end the JVM.
   */
  int of(ByteBuffer buffer, long offset) {
    crc.reset();
    crc.update(buffer.limit((int) offset + Node.BYTES).position((int) (offset + Node.SELF)));
    return (int) crc.getValue();
  }
}
