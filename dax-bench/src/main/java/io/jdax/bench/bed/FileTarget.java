package io.jdax.bench.bed;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * The large file in the layout that the benchmark's parameter {@code layout} names, else in
 * extents: as a file, as a mapping, and as bare memory.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class FileTarget {
  public DaxFile file;
  public DaxMapping mapping;
  public MemorySegment bare;

  /** Of the bare memory, in the region. */
  public long bareOffset;

  /** Where each of the file's pages lies in {@link #region}. */
  public long[] pages;

  public MemorySegment region;
  public PmemBlockDevice device;

  @Setup
  public void open(BenchmarkParams params) throws IOException {
    FileBed bed = TestBed.files();
    LargeFile large = bed.large(Layout.of(params));
    file = large.scratch.file;
    mapping = large.mapping;
    bare = large.bare;
    bareOffset = large.bareOffset;
    pages = large.pages;
    region = bed.region.segment();
    device = bed.device;
  }

  /** The region, as somebody without jdax would open it. Only the file's own frames are written. */
  public FileChannel channel() throws IOException {
    return TestBed.get().channel();
  }
}
