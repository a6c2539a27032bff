package io.jdax.persist;

import io.jdax.os.NativeStubs;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * For caches that are in the persistence domain (eADR). A store is durable once it is visible, so
 * nothing is flushed, and a drain is a fence. A flush of a page that is not backed goes unnoticed;
 * the store to it did not.
 *
 * <p>Long copies and fills are non-temporal, which spares the cache, and the read of the lines that
 * they replace. Short ones are ordinary stores, since the stubs would flush those. Without stubs
 * all are ordinary.
 */
final class FencePersister extends Persister {
  /**
   * From this length on copies are non-temporal. It is more than the stubs keep in the cache
   * (copy_x86_64.c), so that the flush of the two lines at the ends is worth it.
   */
  private static final long STREAM_BYTES = 1024;

  private final long address;
  private final long streamBytes;
  private final DeepFlush deeper;

  FencePersister(Region region, DeepFlush deeper) {
    super(region);
    this.address = region.address();
    this.streamBytes = NativeStubs.loaded() ? STREAM_BYTES : Long.MAX_VALUE;
    this.deeper = deeper;
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    check(offset, length);
    ensureDone();
  }

  @Override
  public void drain() throws IOException {
    NativeStubs.drain();
    ensureDone();
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    check(dstOffset, length);
    Region region = region();
    if (length < streamBytes || OwnSource.is(region, src)) {
      JavaStores.copy(region, dstOffset, src, srcOffset, length);
      return;
    }
    region.touch(dstOffset, length);
    int result = NativeStubs.copyNoDrain(address + dstOffset, src, srcOffset, length);
    ensureDone();
    Reference.reachabilityFence(region);
    if (result != 0) {
      throw FaultReport.ofCopyResult(result, region, dstOffset, src, srcOffset, length);
    }
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    check(offset, length);
    Region region = region();
    if (length < streamBytes) {
      JavaStores.fill(region, offset, length, value);
      return;
    }
    int result = NativeStubs.fillNoDrain(address + offset, value, length);
    ensureDone();
    Reference.reachabilityFence(region);
    if (result != 0) {
      throw FaultReport.ofResult(result, region, offset, length, "fill");
    }
  }

  @Override
  public void fillPersistKeeping(long offset, long length, byte value, long kept)
      throws IOException {
    fillAround(kept, offset, length, value);
  }

  @Override
  public void deepFlush(long offset, long length) throws IOException {
    persist(offset, length);
    deeper.run(region(), offset, length);
    ensureDone();
  }

  @Override
  public String describe() {
    return NativeStubs.loaded()
        ? "fence (native stubs, " + PersistOverrides.nameOf(NativeStubs.copyKind()) + " copies)"
        : "fence (JVM)";
  }
}
