package io.jdax.bench.run;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.bench.bed.Walk;
import io.jdax.bench.report.Latency;
import io.jdax.bench.shape.Peer;
import io.jdax.block.PmemBlockDevice;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Samples how long single operations take, where JMH tells only their mean. Each value is the time
 * from the return of one operation to the return of the next: a fence does not hold up the clock
 * that is read after it, so what it waits for may fall behind that reading, and would be lost if
 * the clock were started anew. Reading it and counting, 40 ns or so, are part of every value.
 */
final class LatencyRun {
  private static final long LONGEST_NANOS = 10_000_000_000L;
  private static final int LINE = 64;
  private static final int PAGE = 4096;
  private static final int BATCH = 1000;

  private LatencyRun() {}

  private interface Operation {
    void run() throws IOException;
  }

  /** Samples each operation for this long, one thread, random offsets, in this JVM. */
  static List<Latency> sample(BenchRegion on, int millis) throws IOException {
    List<Latency> latencies = new ArrayList<>();
    try (Region region = Region.at(on.path()).populate(true).open()) {
      Persister persister = Persister.of(region);
      MemorySegment segment = region.segment();
      Walk line = walk(region, LINE);
      latencies.add(
          sample(
              "durable store 64 B",
              millis,
              () -> {
                long at = line.next();
                for (int word = 0; word < LINE; word += 8) {
                  segment.set(JAVA_LONG, at + word, line.state);
                }
                persister.persist(at, LINE);
              }));
      Walk page = walk(region, PAGE);
      latencies.add(
          sample(
              "copyPersist 4 KiB",
              millis,
              () -> persister.copyPersist(page.next(), page.buffer, 0, PAGE)));
      PmemBlockDevice device = PmemBlockDevice.of(region, persister, PAGE);
      latencies.add(
          sample("block write 4 KiB", millis, () -> device.write(page.next() / PAGE, page.buffer)));
      if (Peer.CHANNEL.absence(on.kind()) == null) {
        try (FileChannel channel = FileChannel.open(on.path(), StandardOpenOption.WRITE)) {
          latencies.add(
              sample(
                  "FileChannel.write 4 KiB, not durable",
                  millis,
                  () -> channel.write(page.byteBuffer.clear(), page.next())));
        }
      }
    }
    return latencies;
  }

  private static Walk walk(Region region, int bytes) {
    Walk walk = new Walk();
    walk.begin(Math.min(region.sizeBytes(), Walk.LONGEST), bytes, "random", 0);
    return walk;
  }

  private static Latency sample(String name, int millis, Operation operation) throws IOException {
    record(operation, millis / 2); // for the compiler
    return new Latency(name, record(operation, millis));
  }

  private static Histogram record(Operation operation, int millis) throws IOException {
    Histogram histogram = new Histogram(1, LONGEST_NANOS, 3);
    long end = System.nanoTime() + millis * 1_000_000L;
    long before = System.nanoTime();
    while (before < end) {
      for (int i = 0; i < BATCH; i++) {
        operation.run();
        long after = System.nanoTime();
        histogram.recordValue(Math.clamp(after - before, 1, LONGEST_NANOS));
        before = after;
      }
    }
    return histogram;
  }
}
