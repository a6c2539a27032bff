package io.jdax.bench.measured.region;

import io.jdax.bench.bed.TestBed;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The region as a file mapped by the JDK, whose segments have {@code force}. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class MappedTarget {
  MemorySegment mapped;

  @Setup
  public void open() throws IOException {
    mapped = TestBed.bare().mapped();
  }
}
