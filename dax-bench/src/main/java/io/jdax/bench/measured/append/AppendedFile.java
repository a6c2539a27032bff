package io.jdax.bench.measured.append;

import io.jdax.bench.bed.ScratchFile;
import io.jdax.bench.bed.TestBed;
import io.jdax.fs.DaxFile;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.OpenMode;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/** A file of each thread that is empty when an invocation begins, and what is appended to it. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class AppendedFile {
  /** Appended records of one invocation. */
  static final int OPS = 1024;

  MemorySegment record;
  int bytes;
  DaxFile file;
  private ScratchFile scratch;

  @Setup
  public void open(BenchmarkParams params) throws IOException {
    bytes = Integer.parseInt(params.getParam("bytes"));
    record = Arena.ofAuto().allocate(bytes, 4096).fill((byte) 0x5a);
    scratch = ScratchFile.create(TestBed.files(), modes());
    file = scratch.file;
  }

  OpenMode[] modes() {
    return new OpenMode[0];
  }

  @Setup(Level.Invocation)
  public void empty() throws IOException {
    file.truncate(0);
    TestBed.files().fileSystem.reclaim();
  }

  @TearDown
  public void close() throws IOException {
    scratch.close();
  }

  void append() throws IOException {
    for (int i = 0; i < OPS; i++) {
      file.append(record);
    }
  }

  void appendAndSync() throws IOException {
    for (int i = 0; i < OPS; i++) {
      file.append(record);
      file.fsync();
    }
  }

  /** Every append is durable when it returns. */
  public static class Durable extends AppendedFile {
    @Override
    OpenMode[] modes() {
      return new OpenMode[] {OpenMode.DSYNC};
    }
  }

  /**
   * As much memory of the region, one place after the other, without a file system. It is as far
   * from the cache and the TLB as a file's new blocks are: each invocation goes on where the one
   * before has ended, over a quarter of the region.
   */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init")
  public static class Bare {
    private MemorySegment record;
    private MemorySegment region;
    private Persister persister;
    private static final long MOST_BYTES = 512L << 20;
    private static final int LINE_BYTES = 64;

    private long base;
    private long end;
    private long next;
    private ScratchFile scratch;

    @Setup
    public void open(BenchmarkParams params) throws IOException {
      int bytes = Integer.parseInt(params.getParam("bytes"));
      record = Arena.ofAuto().allocate(bytes, 4096).fill((byte) 0x5a);
      TestBed bed = TestBed.get();
      scratch = ScratchFile.create(TestBed.files());
      scratch.file.allocate(0, Math.min(MOST_BYTES, bed.region.sizeBytes() / 4), false);
      FileExtent extent = scratch.file.extents().getFirst();
      base = extent.place();
      end = base + extent.length() - (long) OPS * LINE_BYTES;
      next = base;
      region = bed.region.segment();
      persister = bed.persister;
    }

    @TearDown
    public void close() throws IOException {
      scratch.close();
    }

    private long begin() {
      long from = next;
      long bytes = OPS * record.byteSize();
      next = from + 2 * bytes > end ? base : from + bytes;
      return from;
    }

    void copyPersist() throws IOException {
      long bytes = record.byteSize();
      long from = begin();
      for (int i = 0; i < OPS; i++) {
        persister.copyPersist(from + i * bytes, record, 0, bytes);
      }
    }

    /** Bytes, and then a line that says where they are: what two drains cost and nothing else. */
    void copyAndPersistLine() throws IOException {
      long bytes = record.byteSize();
      long from = begin();
      long lines = end;
      for (int i = 0; i < OPS; i++) {
        persister.copyPersist(from + i * bytes, record, 0, bytes);
        long line = lines + (long) i * LINE_BYTES;
        for (int word = 0; word < LINE_BYTES; word += Long.BYTES) {
          region.set(ValueLayout.JAVA_LONG_UNALIGNED, line + word, i);
        }
        persister.persist(line, LINE_BYTES);
      }
    }

    void storePersist() throws IOException {
      long bytes = record.byteSize();
      long from = begin();
      for (int i = 0; i < OPS; i++) {
        long at = from + i * bytes;
        for (long word = 0; word < bytes; word += Long.BYTES) {
          region.set(ValueLayout.JAVA_LONG_UNALIGNED, at + word, i);
        }
        persister.persist(at, bytes);
      }
    }
  }

  /** A file of tmpfs. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init")
  public static class Tmpfs {
    private ByteBuffer record;
    private FileChannel channel;

    @Setup
    public void open(BenchmarkParams params) throws IOException {
      record = ByteBuffer.allocateDirect(Integer.parseInt(params.getParam("bytes")));
      Path path = Files.createTempFile(Path.of("/dev/shm"), "jdax-bench", null);
      channel =
          FileChannel.open(path, StandardOpenOption.APPEND, StandardOpenOption.DELETE_ON_CLOSE);
    }

    @Setup(Level.Invocation)
    public void empty() throws IOException {
      channel.truncate(0);
    }

    @TearDown
    public void close() throws IOException {
      channel.close();
    }

    void append() throws IOException {
      for (int i = 0; i < OPS; i++) {
        channel.write(record.clear());
      }
    }
  }
}
