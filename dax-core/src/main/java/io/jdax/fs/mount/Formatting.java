package io.jdax.fs.mount;

import io.jdax.block.BlockDevice;
import io.jdax.fs.tree.CowTree;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.fs.volume.Media;
import java.io.IOException;

/** Puts a tree without items on a device. The first mount makes the root directory. */
public final class Formatting {
  private Formatting() {}

  /**
   * Formats. Durable on return.
   *
   * @throws io.jdax.fs.error.DeviceBusyException the device is somebody's
   * @throws io.jdax.fs.error.UnsupportedFormatException it is too small, or its sectors are larger
   *     than a block; nothing was written
   */
  public static void format(BlockDevice device, SuperblockInfo info) throws IOException {
    try (Media media = Media.of(device)) {
      media.requireSectorsIn(info.blockSize());
      CowTree.format(media.persister, info);
    }
  }
}
