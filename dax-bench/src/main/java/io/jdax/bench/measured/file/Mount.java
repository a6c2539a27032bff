package io.jdax.bench.measured.file;

import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A file system brought into use: its tree read, its free space found. */
@Shape(group = "file", title = "Mount", rank = 43)
@State(Scope.Benchmark)
public class Mount {
  private static final String JDAX = "jdax mount";
  private static final String RECORDS = "MemorySegment, as many records read";

  @Benchmark
  @Measures(value = JDAX, by = Peer.JDAX, beside = RECORDS)
  public void mount(ManyExtents device) throws IOException {
    device.mount();
  }

  @Benchmark
  @Measures(value = RECORDS, by = Peer.JAVA, beside = JDAX)
  public long[] records(ReadRecords records) {
    return records.read();
  }
}
