package io.jdax.testing;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * The region in which states are looked at, one after the other. Only lines that differ from the
 * media are copied.
 */
final class Survivor implements AutoCloseable {
  private final Region region;
  private final MemorySegment memory;
  private final BitSet touched = new BitSet();
  private final Persister persister;

  Survivor(MemorySegment media) throws IOException {
    this.region = Region.anonymous("survivor", media.byteSize());
    this.memory = region.segment();
    this.persister = new Undoable();
    memory.copyFrom(media);
  }

  Region region() {
    return region;
  }

  Persister persister() {
    return persister;
  }

  /** Says that the line may differ from the media. */
  void touch(long line) {
    touched.set((int) (line / Lines.BYTES));
  }

  /**
   * Makes the region look like the media again, also where plain stores have changed it of which
   * nobody has told the persister, such as records of a log that were never flushed.
   */
  void restore(MemorySegment media) {
    for (int i = touched.nextSetBit(0); i >= 0; i = touched.nextSetBit(i + 1)) {
      long line = (long) i * Lines.BYTES;
      MemorySegment.copy(media, line, memory, line, Lines.BYTES);
    }
    touched.clear();
    long size = media.byteSize();
    for (long at = 0; at < size; at += Lines.BYTES) {
      long skip = MemorySegment.mismatch(memory, at, size, media, at, size);
      if (skip < 0) {
        return;
      }
      at = Lines.of(at + skip);
      MemorySegment.copy(media, at, memory, at, Lines.BYTES);
    }
  }

  void put(long line, long[] words) {
    Lines.write(words, memory, line);
    touch(line);
  }

  @Override
  public void close() throws IOException {
    region.close();
  }

  /** Remembers where it stores, so that it can be undone. Everything is durable at once. */
  private final class Undoable extends Persister {
    Undoable() {
      super(Survivor.this.region);
    }

    @Override
    public synchronized void flush(long offset, long length) {
      touched.set(
          (int) (offset / Lines.BYTES), (int) ((offset + length + Lines.BYTES - 1) / Lines.BYTES));
    }

    @Override
    public void drain() {}

    @Override
    public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length) {
      MemorySegment.copy(src, srcOffset, memory, dstOffset, length);
      flush(dstOffset, length);
    }

    @Override
    public void fillNoDrain(long offset, long length, byte value) {
      memory.asSlice(offset, length).fill(value);
      flush(offset, length);
    }

    @Override
    public void deepFlush(long offset, long length) {
      flush(offset, length);
    }

    @Override
    public String describe() {
      return "in DRAM";
    }
  }
}
