package io.jdax.bench.measured.names;

import io.jdax.bench.bed.FileBed;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.DirectoryCursor;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.OpenMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** Names of a jdax file system. All that changes some is durable when it returns. */
final class JdaxNames implements NameSpace {
  private static final String COMMON = "/names-of-all";
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final DaxFileSystem fs;
  private final MemorySegment page = Arena.ofAuto().allocate(FileBed.PAGE, FileBed.PAGE);

  JdaxNames(DaxFileSystem fs) {
    this.fs = fs;
  }

  @Override
  public String newDirectory() throws IOException {
    String directory = "/names-" + COUNT.incrementAndGet();
    fs.createDirectory(directory);
    return directory;
  }

  @Override
  public String commonDirectory() throws IOException {
    synchronized (COUNT) {
      if (!fs.exists(COMMON)) {
        fs.createDirectory(COMMON);
      }
    }
    return COMMON;
  }

  @Override
  public void create(String path) throws IOException {
    try (DaxFile file = fs.open(path, OpenMode.WRITE, OpenMode.CREATE)) {
      file.write(0, page);
    }
  }

  @Override
  public void read(String path) throws IOException {
    try (DaxFile file = fs.open(path, OpenMode.READ)) {
      file.read(0, page);
    }
  }

  @Override
  public long stat(String path) throws IOException {
    return fs.stat(path).sizeBytes();
  }

  @Override
  public boolean exists(String path) throws IOException {
    return fs.exists(path);
  }

  @Override
  public int list(String directory) throws IOException {
    DirectoryCursor cursor = fs.list(directory);
    int count = 0;
    for (DirectoryEntry entry = cursor.next(); entry != null; entry = cursor.next()) {
      count += fs.stat(entry).sizeBytes() >= 0 ? 1 : 0;
    }
    return count;
  }

  @Override
  public void rename(String from, String to) throws IOException {
    fs.rename(from, to);
  }

  @Override
  public void unlink(String path) throws IOException {
    fs.unlink(path);
  }

  @Override
  public void createDirectory(String path) throws IOException {
    fs.createDirectory(path);
  }

  @Override
  public void removeDirectory(String path) throws IOException {
    fs.removeDirectory(path);
  }

  @Override
  public void setAttribute(String path, byte[] value) throws IOException {
    fs.setAttribute(path, "user.name", value);
  }

  @Override
  public void clear(String directory) throws IOException {
    for (DirectoryEntry entry : fs.list(directory).toList()) {
      String path = directory + "/" + entry.name();
      if (entry.type() == FileType.DIRECTORY) {
        fs.removeDirectory(path);
      } else {
        fs.unlink(path);
      }
    }
    fs.removeDirectory(directory);
  }
}
