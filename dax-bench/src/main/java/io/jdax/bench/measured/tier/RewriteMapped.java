package io.jdax.bench.measured.tier;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.TierFile;
import io.jdax.bench.bed.TierTarget;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * As {@link Rewrite}, by stores through a mapping. They are durable when they are persisted, so
 * that both kinds of file write the media as often as they are persisted; this shows what the tier
 * costs then.
 */
@Shape(
    group = "cache",
    title = "Rewrite 64 MiB ten times by stores, media ten times as slow to write",
    rank = 56,
    regionBytes = TierFile.REGION_BYTES,
    lengthy = true,
    thorough = true)
@State(Scope.Benchmark)
public class RewriteMapped {
  private static final int TIMES = 10;
  private static final String ONCE = "jdax putLong, persist at the end, cached";
  private static final String ONCE_DIRECT = "jdax putLong, persist at the end, direct";
  private static final String EACH = "jdax putLong, persist each time, cached";
  private static final String EACH_DIRECT = "jdax putLong, persist each time, direct";

  /** What one operation writes. */
  @Param("671088640")
  public long bytes;

  @Benchmark
  @Measures(value = ONCE, by = Peer.JDAX, rank = 0, beside = ONCE_DIRECT)
  public void once(TierTarget.Slow target) throws IOException {
    store(target.mapping, false);
  }

  @Benchmark
  @Measures(value = ONCE_DIRECT, by = Peer.JDAX, rank = 1, beside = ONCE)
  public void onceDirect(TierTarget.SlowDirect target) throws IOException {
    store(target.mapping, false);
  }

  @Benchmark
  @Measures(value = EACH, by = Peer.JDAX, rank = 2, beside = EACH_DIRECT)
  public void each(TierTarget.Slow target) throws IOException {
    store(target.mapping, true);
  }

  @Benchmark
  @Measures(value = EACH_DIRECT, by = Peer.JDAX, rank = 3, beside = EACH)
  public void eachDirect(TierTarget.SlowDirect target) throws IOException {
    store(target.mapping, true);
  }

  private static void store(DaxMapping mapping, boolean persistEachTime) throws IOException {
    for (int time = 0; time < TIMES; time++) {
      for (long at = 0; at < TierFile.BYTES; at += FileBed.PAGE) {
        storePage(mapping, at, time);
      }
      if (persistEachTime || time == TIMES - 1) {
        mapping.persist(0, TierFile.BYTES);
      }
    }
  }

  private static void storePage(DaxMapping mapping, long page, long value) throws IOException {
    for (long at = page; at < page + FileBed.PAGE; at += Long.BYTES) {
      mapping.putLong(at, value);
    }
  }
}
