package io.jdax.block;

import io.jdax.os.Pages;
import io.jdax.region.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Clears by writing zeros through the kernel, whose driver then clears the poison. On fsdax it does
 * so for whole pages only (fs/dax.c, DAX_RECOVERY_WRITE). The range is read back through the kernel
 * as a proof: where it is still bad, that is EIO, and a load would be a machine check.
 */
final class BadBlockClearerFile implements BadBlockClearer {
  private final Region region;

  BadBlockClearerFile(Region region) {
    this.region = region;
  }

  @Override
  public int unitBytes() {
    return Pages.BYTES;
  }

  @Override
  public void clear(long offset, long length) throws IOException {
    // By descriptor, and not by path, which may name another file by now. A second open does not
    // touch the region's flock.
    Path file = Path.of("/proc/self/fd/" + region.fd());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer page = ByteBuffer.allocateDirect(Pages.BYTES);
      for (long at = offset; at < offset + length; at += Pages.BYTES) {
        transfer(channel, page.clear(), at, true);
      }
      channel.force(false);
      for (long at = offset; at < offset + length; at += Pages.BYTES) {
        transfer(channel, page.clear(), at, false);
      }
    }
  }

  private static void transfer(FileChannel channel, ByteBuffer page, long at, boolean write)
      throws IOException {
    while (page.hasRemaining()) {
      long position = at + page.position();
      int moved = write ? channel.write(page, position) : channel.read(page, position);
      if (moved <= 0) {
        throw new IOException(
            "the kernel " + (write ? "writes" : "reads") + " nothing at offset " + position);
      }
    }
  }
}
