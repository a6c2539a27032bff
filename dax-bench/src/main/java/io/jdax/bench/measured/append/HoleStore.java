package io.jdax.bench.measured.append;

import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * 8 bytes stored to a hole, and made durable with what it takes to find them again. Beside it the
 * same fault, and a line of bare memory that is made durable.
 */
@Shape(
    group = "append",
    title = "Store to a hole, durable",
    rank = 45,
    regionBytes = 64 << 20,
    warmups = 4)
@State(Scope.Benchmark)
public class HoleStore {
  private static final String PERSIST = "jdax putLong to a hole+persist";
  private static final String FSYNC = "jdax putLong to a hole+fsync";
  private static final String BESIDE = "jdax putLong to a hole, and a line persisted elsewhere";

  @Param("8")
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(SparseFile.OPS)
  @Measures(value = PERSIST, by = Peer.JDAX, rank = 0, beside = BESIDE)
  public void persist(SparseFile file) throws IOException {
    file.storeAndPersist();
  }

  @Benchmark
  @OperationsPerInvocation(SparseFile.OPS)
  @Measures(value = FSYNC, by = Peer.JDAX, rank = 1, beside = BESIDE)
  public void fsync(SparseFile file) throws IOException {
    file.storeAndSync();
  }

  @Benchmark
  @OperationsPerInvocation(SparseFile.OPS)
  @Measures(value = BESIDE, by = Peer.JDAX, rank = 2, beside = PERSIST)
  public void beside(SparseFile file) throws IOException {
    file.storeBesideALine();
  }
}
