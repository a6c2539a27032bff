package io.jdax.tests.crash;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.testing.CrashedState;
import io.jdax.testing.SimulatedPmem;
import io.jdax.testing.Verifier;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Mounts what is left, of one exploration. */
final class FsVerifier implements Verifier<FsPromise> {
  private static final int LIVES_ONE_IN = 64;
  private static final int MOUNTED_AFTER_KILL_ONE_IN = 64;

  private final SimulatedPmem explored;

  /** Made once: opening it asks the platform for a lot. */
  private @Nullable PmemBlockDevice device;

  /** Of what is explored. */
  FsVerifier(SimulatedPmem explored) {
    this.explored = explored;
  }

  @Override
  public void verify(CrashedState left, FsPromise promise) throws IOException {
    if (device == null) {
      device = PmemBlockDevice.of(left.region(), left.persister(), 4096);
    }
    try {
      FsPromise kept = left.isKilled() ? promise.ifKilled() : promise;
      FoundFs.verify(device, left.id(), kept, LIVES_ONE_IN);
    } catch (NotFormattedException | CorruptMetadataException e) {
      if (!promise.unformatted()) {
        throw e;
      }
    }
    if (left.isKilled()
        && !promise.unformatted()
        && Math.floorMod(left.id().hashCode(), MOUNTED_AFTER_KILL_ONE_IN) == 3) {
      Recovery.afterKill(explored, left.id(), promise, 0);
    }
  }
}
