package io.jdax.bench.measured.region;

import io.jdax.bench.bed.TestBed;
import io.jdax.block.PmemBlockDevice;
import java.io.IOException;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/** The region as a raw block device, with sectors of the size that is read and written. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class DeviceTarget {
  PmemBlockDevice device;

  @Setup
  public void open(BenchmarkParams params) throws IOException {
    TestBed bed = TestBed.bare();
    int sectorSize = Integer.parseInt(params.getParam("bytes"));
    device = PmemBlockDevice.of(bed.region, bed.persister, sectorSize);
  }
}
