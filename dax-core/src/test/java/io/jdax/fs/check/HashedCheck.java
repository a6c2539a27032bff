package io.jdax.fs.check;

import io.jdax.block.BlockDevice;
import io.jdax.fs.format.NameHash;
import java.io.IOException;

/** The check of a file system whose names hash as a test wants. */
public final class HashedCheck {
  private HashedCheck() {}

  /** As {@link FileSystemCheck#check(BlockDevice)}. */
  public static CheckReport check(BlockDevice device, NameHash hash) throws IOException {
    return FileSystemCheck.check(device, uuid -> hash);
  }
}
