package io.jdax.tools;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.DirectoryEntry;
import io.jdax.fs.FileStat;
import io.jdax.fs.FileType;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.random.RandomGenerator;

/**
 * Copies files out of a file system, whole or not at all, as {@link CopyIn} copies them in: times,
 * permissions and holes are kept.
 */
final class CopyOut {
  private final DaxFileSystem files;
  private final boolean recursive;
  private final CopyWatch watch;
  private final SparseCopy copy;

  /**
   * @param recursive directories too; then symbolic links are copied, and else what they lead to
   */
  CopyOut(DaxFileSystem files, boolean recursive, CopyWatch watch) {
    this.files = files;
    this.recursive = recursive;
    this.watch = watch;
    this.copy = new SparseCopy(watch);
  }

  /** To {@code local} itself, which is made or replaced; directories are merged. */
  void copy(String inside, Path local) throws IOException {
    watch.advance(0);
    FileStat stat = stat(files, inside, recursive);
    switch (stat.type()) {
      case REGULAR -> file(inside, stat, local);
      case SYMLINK ->
          place(
              local,
              temporary -> Files.createSymbolicLink(temporary, Path.of(files.readSymlink(inside))));
      case DIRECTORY -> directory(inside, stat, local);
    }
  }

  /** All bytes, holes as zeros, to a stream. */
  void copy(String inside, PrintStream out, String name) throws IOException {
    try (DaxFile file = files.open(inside)) {
      long size = file.sizeBytes();
      OutputTarget target = new OutputTarget(out, name);
      copy.copy(new InsideFile(inside, file), target, size);
      target.finish(size);
    }
  }

  /** How many bytes {@link #copy} would go over. */
  static long bytes(DaxFileSystem files, String inside, boolean recursive) throws IOException {
    FileStat stat = stat(files, inside, recursive);
    if (stat.type() == FileType.REGULAR) {
      return stat.sizeBytes();
    }
    long bytes = 0;
    if (stat.type() == FileType.DIRECTORY && recursive) {
      for (DirectoryEntry entry : files.list(inside).toList()) {
        bytes += bytes(files, InsidePath.child(inside, entry.name()), true);
      }
    }
    return bytes;
  }

  private void directory(String inside, FileStat stat, Path local) throws IOException {
    if (!recursive) {
      throw new FileSystemException(inside, null, "is a directory, which only -r copies");
    }
    boolean made = !Files.isDirectory(local);
    if (made) {
      Files.createDirectory(local);
    }
    for (DirectoryEntry entry : InsidePath.sorted(files, inside)) {
      copy(InsidePath.child(inside, entry.name()), local.resolve(entry.name()));
    }
    if (made) {
      keepFacts(stat, local);
    }
  }

  private void file(String inside, FileStat stat, Path local) throws IOException {
    place(
        local,
        temporary -> {
          // Until it is whole and has its own permissions, nobody else's.
          Files.createFile(
              temporary,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
          try (DaxFile source = files.open(inside);
              RandomAccessFile target = new RandomAccessFile(temporary.toFile(), "rw")) {
            FileChannel channel = target.getChannel();
            long size = source.sizeBytes();
            copy.copy(new InsideFile(inside, source), (at, data) -> write(channel, at, data), size);
            target.setLength(size); // a channel can't make a hole at the end
            channel.force(true);
          }
          keepFacts(stat, temporary);
        });
  }

  private static void write(FileChannel channel, long offset, ByteBuffer data) throws IOException {
    long at = offset;
    while (data.hasRemaining()) {
      at += channel.write(data, at);
    }
  }

  private interface Maker {
    void make(Path temporary) throws IOException;
  }

  private static void place(Path local, Maker maker) throws IOException {
    Path temporary =
        local.resolveSibling(".get-%016x".formatted(RandomGenerator.getDefault().nextLong()));
    try {
      maker.make(temporary);
      Files.move(temporary, local, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException | RuntimeException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  private static void keepFacts(FileStat stat, Path local) throws IOException {
    Files.setAttribute(local, "unix:mode", stat.permissions());
    Files.getFileAttributeView(local, BasicFileAttributeView.class)
        .setTimes(FileTime.from(stat.modified()), FileTime.from(stat.accessed()), null);
  }

  private static FileStat stat(DaxFileSystem files, String inside, boolean recursive)
      throws IOException {
    return recursive ? files.lstat(inside) : files.stat(inside);
  }
}
