package io.jdax.bench.measured.access;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.LargeFile;
import io.jdax.bench.bed.Layout;
import io.jdax.bench.bed.TestBed;
import io.jdax.fs.DaxFile;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The first run of the large file, pinned, and the same bytes without a pin. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class PinTarget {
  DaxFile file;
  MemorySegment pinned;
  MemorySegment bare;
  private Pin pin;

  @Setup
  public void open() throws IOException {
    FileBed bed = TestBed.files();
    LargeFile large = bed.large(Layout.EXTENTS);
    file = large.scratch.file;
    pin = file.pin(0, large.sizeBytes, PinAccess.READ, true);
    pinned = pin.segments().getFirst();
    long offset = pinned.address() - bed.region.address();
    bare = bed.region.segment().asSlice(offset, pinned.byteSize());
  }

  @TearDown
  public void close() throws IOException {
    pin.close();
  }
}
