package io.jdax.fs.tree;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an image of what is durable for sure, and before each drain lets an observer see what power
 * loss could leave: the image and any of the lines on their way. For one thread.
 */
final class PowerFailPersister extends Persister {
  private static final int LINE = 64;

  /** Is called before each drain. */
  interface Observer {
    void beforeDrain() throws IOException;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Line(long offset, byte[] bytes) {}

  private final byte[] image;
  private final List<Line> pending = new ArrayList<>();
  private @Nullable Observer observer;
  private boolean broken;

  PowerFailPersister(Region region) {
    super(region);
    image = region.segment().toArray(JAVA_BYTE);
  }

  void observe(@Nullable Observer newObserver) {
    observer = newObserver;
  }

  /** From now on nothing gets through. */
  void breakDown() {
    broken = true;
  }

  /** Fills a block, durably and past every observer. */
  void scribble(long pfn) {
    Arrays.fill(image, (int) pfn * Node.BYTES, (int) (pfn + 1) * Node.BYTES, (byte) 0xA5);
    region().segment().asSlice(pfn * Node.BYTES, Node.BYTES).fill((byte) 0xA5);
  }

  /** One of the images that power loss could leave now. */
  byte[] imageAfterPowerLoss(RandomGenerator random) {
    byte[] left = image.clone();
    int survivors = random.nextInt(5); // none, few, half, most, all
    for (Line line : pending) {
      if (random.nextInt(4) < survivors) {
        System.arraycopy(line.bytes, 0, left, (int) line.offset, LINE);
      }
    }
    return left;
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    requireWhole();
    for (long line = offset & -LINE; line < offset + length; line += LINE) {
      pending.add(new Line(line, region().segment().asSlice(line, LINE).toArray(JAVA_BYTE)));
    }
  }

  @Override
  public void drain() throws IOException {
    requireWhole();
    if (observer != null) {
      observer.beforeDrain();
    }
    for (Line line : pending) {
      System.arraycopy(line.bytes, 0, image, (int) line.offset, LINE);
    }
    pending.clear();
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    requireWhole();
    MemorySegment.copy(src, srcOffset, region().segment(), dstOffset, length);
    flush(dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    requireWhole();
    region().segment().asSlice(offset, length).fill(value);
    flush(offset, length);
  }

  @Override
  public void deepFlush(long offset, long length) throws IOException {
    persist(offset, length);
  }

  @Override
  public String describe() {
    return "power failure";
  }

  private void requireWhole() throws IOException {
    if (broken) {
      throw region().mediaError(0, LINE, null);
    }
  }
}
