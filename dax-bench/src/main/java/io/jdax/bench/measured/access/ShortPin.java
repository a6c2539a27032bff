package io.jdax.bench.measured.access;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.FileWalk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A range that is pinned, copied out of once, and let go, beside the copy alone. */
@Shape(group = "access", title = "Pin, read once, close", rank = 14, regionBytes = 64 << 20)
@State(Scope.Benchmark)
public class ShortPin {
  private static final String HERE = "jdax pinHere, copy, close";
  private static final String ANYWHERE = "jdax pin, copy, close";
  private static final String RAW = "MemorySegment copy, no pin";

  @Param("65536")
  public int bytes;

  private final MemorySegment buffer = Arena.ofAuto().allocate(1 << 20, FileBed.PAGE);

  @Benchmark
  @Measures(value = HERE, by = Peer.JDAX, beside = RAW)
  public void here(PinTarget target, FileWalk walk) throws IOException {
    try (Pin pin = target.file.pinHere(at(target, walk), bytes, PinAccess.READ)) {
      copy(pin);
    }
  }

  @Benchmark
  @Measures(value = ANYWHERE, by = Peer.JDAX, beside = RAW)
  public void anywhere(PinTarget target, FileWalk walk) throws IOException {
    try (Pin pin = target.file.pin(at(target, walk), bytes, PinAccess.READ, false)) {
      copy(pin);
    }
  }

  @Benchmark
  @Measures(
      value = RAW,
      by = Peer.JAVA,
      beside = {HERE, ANYWHERE})
  public void raw(PinTarget target, FileWalk walk) {
    MemorySegment.copy(target.bare, at(target, walk), buffer, 0, bytes);
  }

  private long at(PinTarget target, FileWalk walk) {
    return walk.nextRun(target.bare.byteSize()) / bytes * bytes;
  }

  private void copy(Pin pin) {
    long at = 0;
    for (MemorySegment segment : pin.segments()) {
      MemorySegment.copy(segment, 0, buffer, at, segment.byteSize());
      at += segment.byteSize();
    }
  }
}
