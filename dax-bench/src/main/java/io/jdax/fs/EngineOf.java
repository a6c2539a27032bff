package io.jdax.fs;

import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.FrameSpace;

/**
 * What benchmarks of the engine reach below a mounted file system. It lies in the file system's
 * package since nothing that users get leads there.
 */
public final class EngineOf {
  private EngineOf() {}

  /** The engine's view of a file. */
  public static AddressSpace file(DaxFile file) {
    return file.addressSpace();
  }

  /** The frames, with their quarantine. */
  public static FrameSpace fileSystem(DaxFileSystem fs) {
    return fs.volume.frames;
  }
}
