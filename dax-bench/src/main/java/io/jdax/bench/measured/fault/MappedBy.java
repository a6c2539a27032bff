package io.jdax.bench.measured.fault;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.ScratchFile;
import io.jdax.bench.bed.TestBed;
import io.jdax.fs.EngineOf;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.Quarantine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A file with many mappings, each of another page and that page present: one shows {@link #page}.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class MappedBy {
  private static final int PAGES = 10_000;

  /** The file, and as much again. */
  static final long REGION_BYTES = 128L << 20;

  @Param({"1", "10000"})
  public int mappings;

  final long page = PAGES / 2;
  AddressSpace space;
  DaxMapping shows;

  private final List<DaxMapping> all = new ArrayList<>();
  private ScratchFile file;

  @Setup
  public void open() throws IOException {
    file = ScratchFile.create(TestBed.files());
    file.fill(0, (long) PAGES * FileBed.PAGE);
    space = EngineOf.file(file.file);
    long first = mappings == 1 ? page : 0;
    for (long p = first; p < first + mappings; p++) {
      DaxMapping mapping = file.file.map(p * FileBed.PAGE, FileBed.PAGE);
      mapping.getLong(0);
      all.add(mapping);
      shows = p == page ? mapping : shows;
    }
    System.gc(); // copying 10,000 new mappings about is not what is measured
  }

  @TearDown
  public void close() throws IOException {
    all.forEach(DaxMapping::close);
    all.clear();
    // What is left to do for them is not to be done while the next is measured.
    Quarantine quarantine = EngineOf.fileSystem(TestBed.files().fileSystem).quarantine();
    while (!space.isQuiet()) {
      quarantine.turnOverSoon();
      LockSupport.parkNanos(100_000);
    }
    file.close();
    quarantine.drainNow();
  }
}
