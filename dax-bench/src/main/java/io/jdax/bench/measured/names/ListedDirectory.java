package io.jdax.bench.measured.names;

import io.jdax.bench.bed.TestBed;
import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A directory of many files that have a page each, made once for all trials of a process, since
 * that takes longer than a trial.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public abstract class ListedDirectory {
  /** Files in the directory. */
  static final int NAMES = 100_000;

  private NameSpace in;
  private String directory;

  abstract NameSpace space() throws IOException;

  abstract String directory(NameSpace names) throws IOException;

  @Setup
  public void open() throws IOException {
    in = space();
    directory = directory(in);
  }

  void list() throws IOException {
    int found = in.list(directory);
    if (found != NAMES) {
      throw new IOException(found + " names of " + NAMES);
    }
  }

  private static String fill(NameSpace names) throws IOException {
    String directory = names.newDirectory();
    for (int i = 0; i < NAMES; i++) {
      names.create(directory + "/name" + i);
    }
    return directory;
  }

  /** Of a jdax file system. */
  public static class Jdax extends ListedDirectory {
    private static @Nullable DaxFileSystem filled;
    private static String made = "";

    @Override
    NameSpace space() throws IOException {
      return new JdaxNames(TestBed.files().fileSystem);
    }

    @Override
    String directory(NameSpace names) throws IOException {
      synchronized (Jdax.class) {
        DaxFileSystem fs = TestBed.files().fileSystem;
        if (!fs.equals(filled)) {
          made = fill(names);
          filled = fs;
        }
        return made;
      }
    }
  }

  /** Of the machine's file system in memory; it is removed when the process ends. */
  public static class Tmpfs extends ListedDirectory {
    private static @Nullable String made;

    @Override
    NameSpace space() {
      return new MachineNames(Path.of("/dev/shm"), false);
    }

    @Override
    String directory(NameSpace names) throws IOException {
      synchronized (Tmpfs.class) {
        if (made == null) {
          String directory = fill(names);
          made = directory;
          Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(names, directory)));
        }
        return made;
      }
    }

    private static void remove(NameSpace names, String directory) {
      try {
        names.clear(directory);
        Files.deleteIfExists(Path.of(directory));
      } catch (IOException e) {
        System.err.println(directory + " is left behind: " + e.getMessage());
      }
    }
  }
}
