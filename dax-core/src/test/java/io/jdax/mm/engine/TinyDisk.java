package io.jdax.mm.engine;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The second file system: a bitmap in DRAM, first fit, files without names. Nothing of its metadata
 * is durable.
 */
final class TinyDisk implements ContractDisk {
  private final FrameSpace frames;
  private final BitSet used = new BitSet();
  private final int blocks;
  final AtomicLong commits = new AtomicLong();

  TinyDisk(Region region, Persister persister) throws IOException {
    this.frames = FrameSpace.over(region, persister);
    this.blocks = (int) (region.sizeBytes() >>> 12);
    used.set(0, 2); // where others have their superblocks
  }

  @Override
  public ContractFile create(String name) {
    return new TinyFile(this, name);
  }

  @Override
  public FrameSpace frames() {
    return frames;
  }

  @Override
  public synchronized long freeBlocks() {
    return (long) blocks - used.cardinality();
  }

  @Override
  public long commits() {
    return commits.get();
  }

  /** The first {@code count} free blocks in a row, from {@code alignment} boundaries. */
  long take(int count, int alignment) throws IOException {
    long pfn = tryTake(count, alignment);
    if (pfn == 0) {
      frames.quarantine().drainNow(); // not under our lock: that is what the sink wants
      pfn = tryTake(count, alignment);
    }
    if (pfn == 0) {
      throw new FileSystemException("tiny", null, "no space: " + freeBlocks() + " blocks are free");
    }
    return pfn;
  }

  private synchronized long tryTake(int count, int alignment) {
    int at = used.nextClearBit(0);
    while (at + count <= blocks) {
      int next = used.nextSetBit(at);
      int end = (at + alignment - 1) / alignment * alignment + count;
      if ((next < 0 || next >= end) && end <= blocks) {
        used.set(end - count, end);
        return (long) end - count;
      }
      at = used.nextClearBit(Math.max(at + 1, next));
    }
    return 0;
  }

  synchronized void free(long pfn, long count) {
    used.clear((int) pfn, (int) (pfn + count));
  }

  @Override
  public void close() throws IOException {
    frames.close();
    frames.region().close();
  }
}
