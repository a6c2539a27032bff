package io.jdax.bench.measured.names;

import io.jdax.bench.bed.TestBed;
import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/** Names that a thread works on, in a directory of its own or in one that all threads have. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public abstract class WorkingDirectory {
  /** Names of one invocation. */
  static final int NAMES = 200;

  private NameSpace in;
  private NameWork work;
  private String directory;
  private boolean own;
  private String[] paths;
  private String[] others;

  /** Whether files have the paths. */
  private boolean there;

  abstract NameSpace space() throws IOException;

  @Setup
  public void open(BenchmarkParams params, ThreadParams thread) throws IOException {
    in = space();
    work = NameWork.valueOf(params.getParam("work").toUpperCase(Locale.ROOT));
    own = params.getParam("directory") == null;
    directory = own ? in.newDirectory() : in.commonDirectory();
    String prefix = "thread" + thread.getThreadIndex() + "-";
    paths = paths(prefix + "file");
    others = paths(prefix + "other");
    there = false;
  }

  private String[] paths(String prefix) {
    String[] all = new String[NAMES];
    for (int i = 0; i < NAMES; i++) {
      all[i] = directory + "/" + prefix + i;
    }
    return all;
  }

  @Setup(Level.Invocation)
  public void prepare() throws IOException {
    work.prepare(this);
  }

  @TearDown
  public void close() throws IOException {
    if (own) {
      in.clear(directory);
    } else {
      removeFiles();
      removeDirectories();
      removeIfEmpty();
    }
  }

  /** The last of the threads that have it removes it. */
  private void removeIfEmpty() throws IOException {
    try {
      in.removeDirectory(directory);
    } catch (DirectoryNotEmptyException | NoSuchFileException e) {
      // Another thread still has names in it, or has removed it.
    }
  }

  void run() throws IOException {
    for (int i = 0; i < NAMES; i++) {
      work.run(in, paths[i], others[i]);
    }
    work.after(this);
  }

  // ---------------------------------------------------------------- for the work

  void makeFiles() throws IOException {
    for (int i = 0; i < NAMES && !there; i++) {
      in.create(paths[i]);
    }
    there = true;
  }

  void removeFiles() throws IOException {
    for (int i = 0; i < NAMES && there; i++) {
      in.unlink(paths[i]);
    }
    there = false;
  }

  /** Files were made, or removed. */
  void areThere(boolean now) {
    there = now;
  }

  /** Files have the other names now. */
  void areMoved() {
    String[] now = others;
    others = paths;
    paths = now;
  }

  void makeDirectories() throws IOException {
    for (String other : others) {
      if (!in.exists(other)) {
        in.createDirectory(other);
      }
    }
  }

  void removeDirectories() throws IOException {
    for (String other : others) {
      if (in.exists(other)) {
        in.removeDirectory(other);
      }
    }
  }

  /** Of a jdax file system that has some thousand other names. */
  public static class Jdax extends WorkingDirectory {
    private static final int OTHER_NAMES = 20_000;
    private static @Nullable DaxFileSystem filled;

    @Override
    NameSpace space() throws IOException {
      return new JdaxNames(filled());
    }

    private static synchronized DaxFileSystem filled() throws IOException {
      DaxFileSystem fs = TestBed.files().fileSystem;
      if (!fs.equals(filled)) {
        for (int i = 0; i < OTHER_NAMES; i++) {
          fs.symlink("to", "/other" + i);
        }
        filled = fs;
      }
      return fs;
    }
  }

  /** Of the machine's file system in memory. */
  public static class Tmpfs extends WorkingDirectory {
    @Override
    NameSpace space() {
      return new MachineNames(Path.of("/dev/shm"), false);
    }
  }

  /** Of a disk, and durable as those of jdax are. */
  public static class Disk extends WorkingDirectory {
    @Override
    NameSpace space() {
      return new MachineNames(Path.of("/var/tmp"), true);
    }
  }
}
