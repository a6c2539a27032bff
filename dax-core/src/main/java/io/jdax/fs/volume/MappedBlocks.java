package io.jdax.fs.volume;

import io.jdax.os.AccessFault;
import io.jdax.os.WordStores;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Blocks that are in memory. */
final class MappedBlocks implements Blocks {
  private final Region region;
  private final Persister persister;

  MappedBlocks(Persister persister) {
    this.region = persister.region();
    this.persister = persister;
  }

  @Override
  public void read(long from, MemorySegment dst, long at, long length) throws IOException {
    try {
      WordStores.load(region.segment(), from, dst, at, length);
      AccessFault.deliver();
    } catch (InternalError e) {
      throw AccessFault.isUnbacked(dst, at, length)
          ? CallerMemory.fault(region.name(), from, dst, at, length, e)
          : region.mediaError(from, length, e);
    }
  }

  @Override
  public void write(long to, MemorySegment src, long from, long length) throws IOException {
    persister.copyNoDrain(to, src, from, length);
  }

  @Override
  public void zero(long from, long to) throws IOException {
    persister.fillPersist(from, to - from, (byte) 0);
  }

  @Override
  public void drain() throws IOException {
    persister.drain();
  }
}
