package io.jdax.bench.measured.file;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a mount of as many extents can't do without, and nothing else: each has a record, and its
 * block is marked as taken. The records lie one after the other in plain memory.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls make() before anything else
public class ReadRecords {
  private static final int RECORD_BYTES = 32;
  private static final int PLACE = 8;
  private static final int LENGTH = 16;

  @Param({"100000", "1000000"})
  public int extents;

  private MemorySegment records;

  @Setup
  public void make() {
    records = Arena.ofAuto().allocate((long) extents * RECORD_BYTES, 64);
    for (long i = 0; i < extents; i++) {
      records.set(JAVA_LONG, i * RECORD_BYTES, 2 * i);
      records.set(JAVA_LONG, i * RECORD_BYTES + PLACE, i);
      records.set(JAVA_LONG, i * RECORD_BYTES + LENGTH, 1);
    }
  }

  /** The map of what is taken. */
  long[] read() {
    long[] taken = new long[(extents >> 6) + 1];
    long end = 0;
    for (long i = 0; i < extents; i++) {
      long offset = records.get(JAVA_LONG, i * RECORD_BYTES);
      long place = records.get(JAVA_LONG, i * RECORD_BYTES + PLACE);
      long length = records.get(JAVA_LONG, i * RECORD_BYTES + LENGTH);
      if (offset < end) {
        throw new IllegalStateException("extents overlap at " + offset);
      }
      end = offset + length;
      for (long block = place; block < place + length; block++) {
        taken[(int) (block >> 6)] |= 1L << block;
      }
    }
    return taken;
  }
}
