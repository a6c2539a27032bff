package io.jdax.mm.engine;

import io.jdax.mm.ExtentState;
import io.jdax.os.Pages;
import java.io.IOException;

/** Looks for data and holes in a file (SEEK_DATA, SEEK_HOLE). */
final class ExtentSearch {
  private ExtentSearch() {}

  /** See {@link AddressSpace#seek}. */
  static long first(MappedFile file, long from, long end, boolean data) throws IOException {
    long stamp = file.invalidateLock.lockShared();
    try {
      file.ensureOpen();
      long stop = Math.min(end, file.mapper.sizeBytes());
      if (from >= stop) {
        return -1;
      }
      PageRun run = new PageRun();
      for (long at = from; at < stop; at = Pages.bytes(run.endPage())) {
        file.mapper.find(Pages.of(at), Intent.LOOK, run);
        if ((run.state == ExtentState.WRITTEN) == data) {
          return at;
        }
      }
      return data ? -1 : stop;
    } finally {
      file.invalidateLock.unlockShared(stamp);
    }
  }
}
