package io.jdax.bench.bed;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/** A way through a working set. */
@State(Scope.Thread)
public class TierWalk extends FileWalk {
  @Override
  long spanBytes(BenchmarkParams params) {
    return TierFile.BYTES;
  }
}
