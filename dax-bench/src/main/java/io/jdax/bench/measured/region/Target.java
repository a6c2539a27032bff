package io.jdax.bench.measured.region;

import io.jdax.bench.bed.TestBed;
import io.jdax.persist.Persister;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The region as jdax and the C peers see it. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class Target {
  MemorySegment segment;
  Persister persister;
  long address;

  @Setup
  public void open() {
    TestBed bed = TestBed.bare();
    segment = bed.region.segment();
    persister = bed.persister;
    address = bed.region.address();
  }
}
