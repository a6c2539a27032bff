package io.jdax.bench.measured.tier;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.TierFile;
import io.jdax.bench.bed.TierTarget;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.fs.DaxFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A working set rewritten ten times, all of it durable at the end, on media that are slow to write:
 * all of that is one operation.
 *
 * <p>Both sides are asked for the same. But what a direct file is asked for and what it gives are
 * two things: its write() is durable at once, wanted or not, and that is what the tier saves. See
 * {@link RewriteMapped} for what it does not save.
 */
@Shape(
    group = "cache",
    title = "Rewrite 64 MiB ten times, media ten times as slow to write",
    rank = 53,
    regionBytes = TierFile.REGION_BYTES,
    lengthy = true)
@State(Scope.Benchmark)
public class Rewrite {
  private static final int TIMES = 10;
  private static final String WRITE = "jdax file write, fsync at the end, cached";
  private static final String WRITE_DIRECT = "jdax file write, fsync at the end, direct";

  /** What one operation writes. */
  @Param("671088640")
  public long bytes;

  private final MemorySegment page = Arena.ofAuto().allocate(FileBed.PAGE, FileBed.PAGE);

  @Benchmark
  @Measures(value = WRITE, by = Peer.JDAX, rank = 0, beside = WRITE_DIRECT)
  public void write(TierTarget.Slow target) throws IOException {
    write(target.file);
  }

  @Benchmark
  @Measures(value = WRITE_DIRECT, by = Peer.JDAX, rank = 1, beside = WRITE)
  public void writeDirect(TierTarget.SlowDirect target) throws IOException {
    write(target.file);
  }

  private void write(DaxFile file) throws IOException {
    for (int time = 0; time < TIMES; time++) {
      page.fill((byte) (time + 1)); // zeros cost less, see MediaRate
      for (long at = 0; at < TierFile.BYTES; at += FileBed.PAGE) {
        file.write(at, page);
      }
    }
    file.fsync();
  }
}
