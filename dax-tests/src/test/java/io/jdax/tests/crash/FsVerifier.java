package io.jdax.tests.crash;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.testing.CrashedState;
import io.jdax.testing.Verifier;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Mounts what is left, of one exploration. */
final class FsVerifier implements Verifier<FsPromise> {
  private static final int LIVES_ONE_IN = 64;

  /** Made once: opening it asks the platform for a lot. */
  private @Nullable PmemBlockDevice device;

  @Override
  public void verify(CrashedState left, FsPromise promise) throws IOException {
    if (device == null) {
      device = PmemBlockDevice.of(left.region(), left.persister(), 4096);
    }
    try {
      FoundFs.verify(device, left.id(), promise, LIVES_ONE_IN);
    } catch (NotFormattedException | CorruptMetadataException e) {
      if (!promise.unformatted()) {
        throw e;
      }
    }
  }
}
