package io.jdax.bench.bed;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * A thread's way through the region, and the DRAM buffer at its other end.
 *
 * <p>One multiplication and one addition per step, whatever the order: {@code state = state *
 * factor + increment}, the offset is {@code (state >>> 24) & mask}. With Knuth's MMIX constants
 * that is random (bits 24 and up of the state have a period of at least 2^25), with factor 1
 * sequential, with increment 0 always the same line. {@code peers.c} takes the same steps, so that
 * neither side is charged for another generator.
 */
@State(Scope.Thread)
public class Walk {
  /** Offsets that a flush is about start on a line of their own. */
  private static final int LINE = 64;

  /**
   * More than any cache holds. A larger region is not walked any further: what larger regions cost
   * is translations, and these are the subject of the groups about files.
   */
  public static final long LONGEST = 256L << 20;

  private static final int SHIFT = 24;
  private static final long MMIX_FACTOR = 6364136223846793005L;
  private static final long MMIX_INCREMENT = 1442695040888963407L;

  public long state;
  public long factor;
  public long increment;
  public long mask;
  public MemorySegment buffer = MemorySegment.NULL;
  public ByteBuffer byteBuffer = ByteBuffer.allocate(0);
  long bufferAddress;

  /**
   * Reads {@code bytes} and {@code order} of the benchmark; an order that is not given is random.
   */
  @Setup
  public void prepare(BenchmarkParams params, ThreadParams thread) throws IOException {
    int bytes = Integer.parseInt(params.getParam("bytes"));
    String order = params.getParam("order");
    begin(spanBytes(params), bytes, order == null ? "random" : order, thread.getThreadIndex());
  }

  /** What it leads through, from offset 0. */
  long spanBytes(BenchmarkParams params) throws IOException {
    return Math.min(TestBed.get().sizeBytes(), LONGEST);
  }

  public void begin(long sizeBytes, int bytes, String order, int thread) {
    int unit = Math.max(bytes, LINE);
    mask = Long.highestOneBit(sizeBytes) - unit;
    switch (order) {
      case "same" -> {
        factor = 1;
        increment = 0;
      }
      case "sequential" -> {
        factor = 1;
        increment = (long) unit << SHIFT;
      }
      case "random" -> {
        factor = MMIX_FACTOR;
        increment = MMIX_INCREMENT;
      }
      default -> throw new IllegalArgumentException("order " + order);
    }
    state = ((long) thread * (mask / 2 + unit)) << SHIFT; // threads begin far from each other
    buffer = Arena.ofAuto().allocate(bytes, 4096);
    for (long i = 0; i < bytes; i++) {
      buffer.set(JAVA_BYTE, i, (byte) i);
    }
    byteBuffer = buffer.asByteBuffer();
    bufferAddress = buffer.address();
  }

  /** The next offset, a multiple of the bytes moved and of 64. */
  public long next() {
    state = state * factor + increment;
    return (state >>> SHIFT) & mask;
  }
}
