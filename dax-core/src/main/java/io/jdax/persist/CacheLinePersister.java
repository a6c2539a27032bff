package io.jdax.persist;

import io.jdax.os.NativeStubs;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Cache-line write-back and non-temporal copies by the native stubs.
 *
 * <p>Calls pass raw addresses of the region. Whether it is open is looked at afterwards. That is
 * sound because its range of addresses outlives it (see {@link Region}), and it saves the 8 ns that
 * holding a shared arena costs.
 */
final class CacheLinePersister extends Persister {
  private final long address;
  private final DeepFlush deeper;

  CacheLinePersister(Region region, DeepFlush deeper) {
    super(region);
    this.address = region.address();
    this.deeper = deeper;
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    check(offset, length);
    finish(NativeStubs.flush(address + offset, length), offset, length, "flush");
  }

  @Override
  public void drain() throws IOException {
    NativeStubs.drain();
    ensureDone();
  }

  @Override
  public void persist(long offset, long length) throws IOException {
    check(offset, length);
    finish(NativeStubs.persist(address + offset, length), offset, length, "flush");
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    check(dstOffset, length);
    if (OwnSource.is(region(), src)) {
      copyInside(dstOffset, src, srcOffset, length);
      return;
    }
    region().touch(dstOffset, length);
    int result = NativeStubs.copyNoDrain(address + dstOffset, src, srcOffset, length);
    finishCopy(result, dstOffset, src, srcOffset, length);
  }

  @Override
  public void copyPersist(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    check(dstOffset, length);
    if (OwnSource.is(region(), src)) {
      copyInside(dstOffset, src, srcOffset, length);
      drain();
      return;
    }
    int result = NativeStubs.copyPersist(address + dstOffset, src, srcOffset, length);
    finishCopy(result, dstOffset, src, srcOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    check(offset, length);
    finish(NativeStubs.fillNoDrain(address + offset, value, length), offset, length, "fill");
  }

  @Override
  public void fillPersist(long offset, long length, byte value) throws IOException {
    check(offset, length);
    finish(NativeStubs.fillPersist(address + offset, value, length), offset, length, "fill");
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

  /** The instructions in force, which belong to the process and not to this region. */
  @Override
  public String describe() {
    return NativeStubs.flushKind().instruction()
        + " (native stubs, "
        + PersistOverrides.nameOf(NativeStubs.copyKind())
        + " copies)";
  }

  private void copyInside(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    long from = OwnSource.address(src, srcOffset, length);
    if (Math.abs(from - (address + dstOffset)) < length) {
      JavaStores.copy(region(), dstOffset, src, srcOffset, length);
      flush(dstOffset, length);
      return;
    }
    int result = NativeStubs.copyNoDrain(address + dstOffset, from, length);
    finishCopy(result, dstOffset, src, srcOffset, length);
  }

  private void finish(int result, long offset, long length, String what) throws IOException {
    Region region = region();
    ensureDone();
    Reference.reachabilityFence(region);
    if (result != 0) {
      throw FaultReport.ofResult(
          result, region, offset, length, NativeStubs.flushKind().instruction() + " " + what);
    }
  }

  private void finishCopy(int result, long offset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    Region region = region();
    ensureDone();
    Reference.reachabilityFence(region);
    if (result != 0) {
      throw FaultReport.ofCopyResult(result, region, offset, src, srcOffset, length);
    }
  }
}
