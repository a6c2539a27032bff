package io.jdax.bench.measured.tier;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.Medium;
import io.jdax.bench.bed.ScratchFile;
import io.jdax.bench.bed.TestBed;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A file that goes through DRAM, each invocation anew without a page there, and frames to spare.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class MissedPages {
  /** What one invocation brings in. */
  static final int PAGES = 1024;

  static final long BYTES = (long) PAGES * FileBed.PAGE;

  /** Where the file begins in the region, in one run. */
  long bareOffset;

  MemorySegment bare;
  private ScratchFile scratch;
  private DaxMapping mapping;

  @Setup
  public void open() throws IOException {
    FileBed bed = TestBed.files(Medium.ROOMY);
    scratch = ScratchFile.create(bed);
    scratch.fill(0, BYTES);
    scratch.file.fsync();
    FileExtent first = scratch.file.extents().getFirst();
    if (first.length() < BYTES) {
      throw new IOException("what should lie in one run is " + scratch.file.extents());
    }
    bareOffset = first.pfn() << 12;
    bare = bed.region.segment().asSlice(bareOffset, BYTES);
  }

  @Setup(Level.Invocation)
  public void forget() throws IOException {
    scratch.file.setTier(TierMode.DIRECT);
    TestBed.files(Medium.ROOMY).fileSystem.reclaim();
    scratch.file.setTier(TierMode.CACHED);
    mapping = scratch.file.map(0, BYTES);
  }

  @TearDown(Level.Invocation)
  public void unmap() {
    mapping.close();
  }

  @TearDown
  public void close() throws IOException {
    scratch.close();
  }

  /** Loads from every page. */
  long load() throws IOException {
    long sum = 0;
    for (long at = 0; at < BYTES; at += FileBed.PAGE) {
      sum += mapping.getLong(at);
    }
    return sum;
  }
}
