package io.jdax.fs;

import static io.jdax.Sizes.SECTOR;

import io.jdax.block.BlockDevice;
import io.jdax.block.BlockStatistics;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A device without direct access whose writes are durable after a flush only; before, each sector
 * may have arrived or not.
 */
final class VolatileSectors implements BlockDevice {
  private final byte[] media;
  private final Map<Long, byte[]> pending = new HashMap<>();
  private final boolean readOnly;
  private boolean failing;
  private boolean losing;
  private long reads;

  VolatileSectors(int bytes) {
    this(new byte[bytes], false);
  }

  private VolatileSectors(byte[] media, boolean readOnly) {
    this.media = media;
    this.readOnly = readOnly;
  }

  /** What is left after power loss: what was flushed, and of the rest what happened to arrive. */
  synchronized VolatileSectors powerLoss(Random random) {
    byte[] left = media.clone();
    pending.forEach(
        (sector, bytes) -> {
          if (random.nextBoolean()) {
            System.arraycopy(bytes, 0, left, (int) (sector * SECTOR), SECTOR);
          }
        });
    return new VolatileSectors(left, false);
  }

  synchronized VolatileSectors asReadOnly() {
    return new VolatileSectors(media.clone(), true);
  }

  synchronized void fail(boolean on) {
    failing = on;
  }

  /** The next flush fails, and the device has dropped what it held; later ones succeed. */
  synchronized void loseNextFlush() {
    losing = true;
  }

  synchronized long reads() {
    return reads;
  }

  @Override
  public String name() {
    return "sectors";
  }

  @Override
  public int sectorSize() {
    return SECTOR;
  }

  @Override
  public long sectorCount() {
    return media.length / SECTOR;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public BlockStatistics statistics() {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized void read(long sector, MemorySegment dst) {
    reads++;
    for (long i = 0; i < dst.byteSize(); i += SECTOR) {
      byte[] newer = pending.get(sector + i / SECTOR);
      MemorySegment from =
          newer == null
              ? MemorySegment.ofArray(media).asSlice(sector * SECTOR + i, SECTOR)
              : MemorySegment.ofArray(newer);
      MemorySegment.copy(from, 0, dst, i, SECTOR);
    }
  }

  @Override
  public void read(long sector, MemorySegment... dsts) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized void write(long sector, MemorySegment src) throws IOException {
    if (failing) {
      throw new IOException("the device is gone");
    }
    if (readOnly || src.byteSize() % SECTOR != 0) {
      throw new IOException("refused: read-only, or parts of sectors");
    }
    for (long i = 0; i < src.byteSize(); i += SECTOR) {
      byte[] bytes = new byte[SECTOR];
      MemorySegment.copy(src, i, MemorySegment.ofArray(bytes), 0, SECTOR);
      pending.put(sector + i / SECTOR, bytes);
    }
  }

  @Override
  public void write(long sector, MemorySegment... srcs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized void flush() throws IOException {
    if (failing) {
      throw new IOException("the device is gone");
    }
    if (losing) {
      losing = false;
      pending.clear();
      throw new IOException("the device's cache is lost");
    }
    pending.forEach(
        (sector, bytes) -> System.arraycopy(bytes, 0, media, (int) (sector * SECTOR), SECTOR));
    pending.clear();
  }

  @Override
  public void discard(long sector, long sectorCount) {}

  @Override
  public void writeZeroes(long sector, long sectorCount) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
