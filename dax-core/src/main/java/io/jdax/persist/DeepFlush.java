package io.jdax.persist;

import io.jdax.machine.Reading;
import io.jdax.os.LinuxMemory;
import io.jdax.region.Region;
import io.jdax.region.RegionFacts;
import io.jdax.region.RegionKind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The way from the persistence domain on to the media, for bytes that are persistent already. */
interface DeepFlush {
  /**
   * Nothing is deeper: for memory, for ordinary files (msync did it), and on a platform without
   * flush hints, which has ADR alone.
   */
  DeepFlush NONE = (region, offset, length) -> {};

  void run(Region region, long offset, long length) throws IOException;

  /** Decided once, since a region's kind and its nd region don't change while it is open. */
  static DeepFlush of(RegionKind kind, RegionFacts facts) {
    return switch (kind) {
      case DEVDAX -> hints(facts.deepFlush());
      case FSDAX -> new FileSystem(hints(facts.deepFlush()));
      case FILE, EMULATED, ANONYMOUS -> NONE;
    };
  }

  /** Without an attribute that may be written there is ADR alone, and the facts tell why. */
  static DeepFlush hints(Reading<Path> attribute) {
    return attribute instanceof Reading.Value<Path>(Path writable) ? new Hints(writable) : NONE;
  }

  /** Drains the write-pending queues of all DIMMs of the nd region (nvdimm_flush()). */
  record Hints(Path attribute) implements DeepFlush {
    @Override
    public void run(Region region, long offset, long length) throws IOException {
      try {
        Files.writeString(attribute, "1", StandardOpenOption.WRITE);
      } catch (AccessDeniedException e) {
        // The thread that opened the region had the right, and this one has not. That is as if
        // there were no hint: ADR has what was drained, and the region's facts say so.
      } catch (IOException e) {
        throw new PersistException(
            region.name(), offset, length, "deep flush failed: can't write " + attribute, e);
      }
    }
  }

  /** A file system commits what it still owes, and flushes the device below it. */
  record FileSystem(DeepFlush hints) implements DeepFlush {
    @Override
    public void run(Region region, long offset, long length) throws IOException {
      hints.run(region, offset, length);
      MsyncPersister.msync(region, LinuxMemory::msync, offset, length);
    }
  }
}
