package io.jdax.bench.measured.region;

import io.jdax.bench.bed.TestBed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The region as a file, by read and write. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class ChannelTarget {
  FileChannel channel;

  @Setup
  public void open() throws IOException {
    channel = TestBed.bare().channel();
  }
}
