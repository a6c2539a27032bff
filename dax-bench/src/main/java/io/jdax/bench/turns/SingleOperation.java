package io.jdax.bench.turns;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.bench.bed.TestBed;
import io.jdax.bench.bed.Walk;
import io.jdax.bench.shape.Case;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.facts.OpenMode;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Work that is timed operation by operation, where a row has only the mean of many. On the region
 * of {@link TestBed}, at random offsets.
 */
public enum SingleOperation {
  STORE("durable store 64 B", "flush/jdax store+persist/bytes=64 order=random") {
    @Override
    Batches open() {
      TestBed bed = TestBed.bare();
      MemorySegment segment = bed.region.segment();
      Persister persister = bed.persister;
      Walk walk = walk(bed.region, LINE);
      return i -> {
        long at = walk.next();
        for (int word = 0; word < LINE; word += 8) {
          segment.set(JAVA_LONG, at + word, walk.state);
        }
        persister.persist(at, LINE);
      };
    }
  },

  COPY("copyPersist 4 KiB", "copy/jdax copyPersist/bytes=4096") {
    @Override
    Batches open() {
      TestBed bed = TestBed.bare();
      Persister persister = bed.persister;
      Walk walk = walk(bed.region, PAGE);
      return i -> persister.copyPersist(walk.next(), walk.buffer, 0, PAGE);
    }
  },

  BLOCK("block write 4 KiB", "block/jdax block write/bytes=4096") {
    @Override
    Batches open() throws IOException {
      TestBed bed = TestBed.bare();
      PmemBlockDevice device = PmemBlockDevice.of(bed.region, bed.persister, PAGE);
      Walk walk = walk(bed.region, PAGE);
      return i -> device.write(walk.next() / PAGE, walk.buffer);
    }
  },

  CHANNEL(
      "FileChannel.write 4 KiB, not durable", "block/FileChannel write, not durable/bytes=4096") {
    @Override
    Batches open() throws IOException {
      TestBed bed = TestBed.bare();
      var channel = bed.channel();
      Walk walk = walk(bed.region, PAGE);
      return i -> channel.write(walk.byteBuffer.clear(), walk.next());
    }
  },

  FILE_WRITE("file write 4 KiB", "file/jdax file write/bytes=4096") {
    @Override
    Batches open() throws IOException {
      SampledFile file = SampledFile.written();
      return file.each(() -> file.file().write(file.next(), file.page()));
    }
  },

  FILE_READ("file read 4 KiB", "file/jdax file read/bytes=4096") {
    @Override
    Batches open() throws IOException {
      SampledFile file = SampledFile.written();
      return file.each(() -> file.file().read(file.next(), file.page()));
    }
  },

  FSYNC("store and fsync", "file/jdax putLong+fsync/bytes=8") {
    @Override
    Batches open() throws IOException {
      SampledFile file = SampledFile.written();
      return file.each(
          () -> {
            file.mapping().putLong(file.next(), 1);
            file.file().fsync();
          });
    }
  },

  APPEND("durable append 4 KiB", "append/jdax append DSYNC/bytes=4096") {
    @Override
    Batches open() throws IOException {
      return SampledFile.empty(OpenMode.DSYNC).appending();
    }
  },

  CREATE("create", "names/jdax, durable/work=create") {
    @Override
    Batches open() throws IOException {
      return new SampledNames().creating();
    }
  },

  OPEN("open", "names/jdax, durable/work=open") {
    @Override
    Batches open() throws IOException {
      SampledNames names = new SampledNames();
      return names.keeping(names::read);
    }
  },

  STAT("stat", "names/jdax, durable/work=stat") {
    @Override
    Batches open() throws IOException {
      SampledNames names = new SampledNames();
      return names.keeping(names::stat);
    }
  },

  RENAME("rename", "names/jdax, durable/work=rename") {
    @Override
    Batches open() throws IOException {
      return new SampledNames().renaming();
    }
  },

  UNLINK("unlink", "names/jdax, durable/work=unlink") {
    @Override
    Batches open() throws IOException {
      return new SampledNames().unlinking();
    }
  };

  private static final int LINE = 64;
  private static final int PAGE = 4096;

  private final String title;
  private final String caseId;

  SingleOperation(String title, String caseId) {
    this.title = title;
    this.caseId = caseId;
  }

  /**
   * Operations in batches of {@link LatencyRun#BATCH}; what is between two of them is not timed.
   */
  interface Batches extends AutoCloseable {
    /** Operation {@code i} of a batch. */
    void run(int i) throws IOException;

    /** Makes what a batch needs. */
    default void prepare() throws IOException {}

    @Override
    default void close() throws IOException {}
  }

  abstract Batches open() throws IOException;

  /** What a curve is called. */
  public String title() {
    return title;
  }

  /** {@link Case#id()} of the row that has its mean. */
  String caseId() {
    return caseId;
  }

  /** The one that is timed for a row, or null. */
  static @Nullable SingleOperation of(Case c) {
    return Arrays.stream(values()).filter(o -> o.caseId.equals(c.id())).findFirst().orElse(null);
  }

  private static Walk walk(Region region, int bytes) {
    Walk walk = new Walk();
    walk.begin(Math.min(region.sizeBytes(), Walk.LONGEST), bytes, "random", 0);
    return walk;
  }
}
