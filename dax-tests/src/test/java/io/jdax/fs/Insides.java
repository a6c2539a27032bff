package io.jdax.fs;

import io.jdax.cache.FrameOwner;
import io.jdax.fs.log.LogArea;
import io.jdax.fs.space.Space;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.FrameSpace;

/** What tests of other packages reach of a mounted file system, with a compiler that looks. */
public final class Insides {
  private Insides() {}

  /** The pages of a file that goes through DRAM. */
  public static FrameOwner pagesInDram(DaxFile file) {
    return (FrameOwner) file.inode.store();
  }

  /** The engine's view of a file. */
  public static AddressSpace addressSpace(DaxFile file) {
    return file.addressSpace();
  }

  /** The frames, with their quarantine. */
  public static FrameSpace frames(DaxFileSystem fs) {
    return fs.volume.frames;
  }

  /** Whether a file system is open. */
  public static boolean isOpen(DaxFileSystem fs) {
    return !fs.volume.isClosed();
  }

  /** The log of notes. */
  public static LogArea log(DaxFileSystem fs) {
    return fs.volume.log;
  }

  /** The free blocks. */
  public static Space space(DaxFileSystem fs) {
    return fs.volume.space;
  }
}
