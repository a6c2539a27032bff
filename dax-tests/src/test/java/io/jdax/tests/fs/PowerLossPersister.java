package io.jdax.tests.fs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Knows what is durable for sure, and makes images of what power loss could leave at a drain: that,
 * and any of the lines that are on their way or were evicted by chance.
 */
final class PowerLossPersister extends Persister {
  private static final int LINE = 64;

  /** Is shown possible images. */
  interface Observer {
    void lostHere(byte[] image) throws IOException;
  }

  private record Line(long offset, byte[] bytes) {}

  private final byte[] image;
  private final List<Line> pending = new ArrayList<>();
  private final RandomGenerator random;
  private Observer observer = left -> {};
  private int oneIn = 1;

  PowerLossPersister(Region region, RandomGenerator random) {
    super(region);
    this.image = region.segment().toArray(JAVA_BYTE);
    this.random = random;
  }

  /** Shows what could be left at one in so many drains. */
  void observe(int oneIn, Observer observer) {
    this.oneIn = oneIn;
    this.observer = observer;
  }

  /** What is left for sure. */
  synchronized byte[] image() {
    return image.clone();
  }

  @Override
  public synchronized void flush(long offset, long length) {
    for (long line = offset & -LINE; line < offset + length; line += LINE) {
      pending.add(new Line(line, region().segment().asSlice(line, LINE).toArray(JAVA_BYTE)));
    }
  }

  @Override
  public synchronized void drain() throws IOException {
    if (random.nextInt(oneIn) == 0) {
      observer.lostHere(possibleImage());
    }
    for (Line line : pending) {
      System.arraycopy(line.bytes, 0, image, (int) line.offset, LINE);
    }
    pending.clear();
  }

  private byte[] possibleImage() {
    byte[] left = image.clone();
    int survivors = random.nextInt(5); // none, few, half, most, all
    for (Line line : pending) {
      if (random.nextInt(4) < survivors) {
        System.arraycopy(line.bytes, 0, left, (int) line.offset, LINE);
      }
    }
    if (random.nextBoolean()) {
      byte[] now = region().segment().toArray(JAVA_BYTE);
      for (int at = Arrays.mismatch(left, now); at >= 0 && at < left.length; ) {
        int line = at & -LINE;
        if (random.nextBoolean()) {
          System.arraycopy(now, line, left, line, LINE);
        }
        int next = Arrays.mismatch(left, line + LINE, left.length, now, line + LINE, now.length);
        at = next < 0 ? -1 : line + LINE + next;
      }
    }
    return left;
  }

  @Override
  public synchronized void copyNoDrain(
      long dstOffset, MemorySegment src, long srcOffset, long length) {
    MemorySegment.copy(src, srcOffset, region().segment(), dstOffset, length);
    flush(dstOffset, length);
  }

  @Override
  public synchronized void fillNoDrain(long offset, long length, byte value) {
    region().segment().asSlice(offset, length).fill(value);
    flush(offset, length);
  }

  @Override
  public synchronized void deepFlush(long offset, long length) throws IOException {
    flush(offset, length);
    drain();
  }

  @Override
  public String describe() {
    return "power loss";
  }
}
