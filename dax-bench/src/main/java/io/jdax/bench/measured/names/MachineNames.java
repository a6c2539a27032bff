package io.jdax.bench.measured.names;

import io.jdax.bench.bed.FileBed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;

/** Names of a file system of the machine, by java.nio.file. */
final class MachineNames implements NameSpace {
  private final Path parent;
  private final boolean durable;
  private final ByteBuffer page = ByteBuffer.allocateDirect(FileBed.PAGE);

  /**
   * In a directory of the machine.
   *
   * @param durable whether what changes names is to be durable when it returns, as with jdax:
   *     directories are forced, and a file's bytes are not
   */
  MachineNames(Path parent, boolean durable) {
    this.parent = parent;
    this.durable = durable;
  }

  private void force(Path directory) throws IOException {
    if (durable) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private void changed(String path) throws IOException {
    if (durable) {
      Path directory = Path.of(path).getParent();
      if (directory != null) {
        force(directory);
      }
    }
  }

  @Override
  public String newDirectory() throws IOException {
    return Files.createTempDirectory(parent, "jdax-bench-names").toString();
  }

  @Override
  public String commonDirectory() throws IOException {
    Path common = parent.resolve("jdax-bench-names-of-" + ProcessHandle.current().pid());
    return Files.createDirectories(common).toString();
  }

  @Override
  public void create(String path) throws IOException {
    try (FileChannel file =
        FileChannel.open(Path.of(path), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      file.write(page.clear(), 0);
    }
    changed(path);
  }

  @Override
  public void read(String path) throws IOException {
    try (FileChannel file = FileChannel.open(Path.of(path), StandardOpenOption.READ)) {
      file.read(page.clear(), 0);
    }
  }

  @Override
  public long stat(String path) throws IOException {
    return Files.readAttributes(Path.of(path), BasicFileAttributes.class).size();
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(Path.of(path));
  }

  @Override
  public int list(String directory) throws IOException {
    int count = 0;
    try (DirectoryStream<Path> names = Files.newDirectoryStream(Path.of(directory))) {
      for (Path name : names) {
        count += Files.readAttributes(name, BasicFileAttributes.class).size() >= 0 ? 1 : 0;
      }
    }
    return count;
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(Path.of(from), Path.of(to), StandardCopyOption.ATOMIC_MOVE);
    changed(to);
  }

  @Override
  public void unlink(String path) throws IOException {
    Files.delete(Path.of(path));
    changed(path);
  }

  @Override
  public void createDirectory(String path) throws IOException {
    Files.createDirectory(Path.of(path));
    changed(path);
  }

  @Override
  public void removeDirectory(String path) throws IOException {
    unlink(path);
  }

  @Override
  public void setAttribute(String path, byte[] value) throws IOException {
    Files.getFileAttributeView(Path.of(path), UserDefinedFileAttributeView.class)
        .write("name", ByteBuffer.wrap(value));
    if (durable) {
      force(Path.of(path));
    }
  }

  @Override
  public void clear(String directory) throws IOException {
    try (DirectoryStream<Path> names = Files.newDirectoryStream(Path.of(directory))) {
      for (Path name : names) {
        Files.delete(name);
      }
    }
    Files.delete(Path.of(directory));
  }
}
