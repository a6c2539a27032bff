package io.jdax.tools;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.OpenMode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Copies files into a file system, whole or not at all: each is written under another name in its
 * directory, made durable, and then renamed. Times and permissions go with it, holes stay holes.
 */
final class CopyIn {
  private static final int PERMISSIONS = 07777;

  private final DaxFileSystem files;
  private final boolean recursive;
  private final CopyWatch watch;
  private final SparseCopy copy;

  /**
   * @param recursive directories too; then symbolic links are copied, and else what they lead to
   */
  CopyIn(DaxFileSystem files, boolean recursive, CopyWatch watch) {
    this.files = files;
    this.recursive = recursive;
    this.watch = watch;
    this.copy = new SparseCopy(watch);
  }

  /** To {@code target} itself, which is made or replaced; directories are merged. */
  void copy(Path local, String target) throws IOException {
    watch.advance(0);
    BasicFileAttributes attributes = attributes(local, recursive);
    if (attributes.isRegularFile()) {
      file(local, attributes, InsidePath.behindSymlinks(files, target));
    } else if (attributes.isSymbolicLink()) {
      place(
          target, temporary -> files.symlink(Files.readSymbolicLink(local).toString(), temporary));
    } else if (!attributes.isDirectory()) {
      throw new FileSystemException(
          local.toString(), null, "is no file, directory or symbolic link");
    } else if (!recursive) {
      throw new FileSystemException(local.toString(), null, "is a directory, which only -r copies");
    } else {
      directory(local, attributes, target);
    }
  }

  /** How many bytes {@link #copy} would go over. */
  static long bytes(Path local, boolean recursive) throws IOException {
    BasicFileAttributes attributes = attributes(local, recursive);
    if (attributes.isRegularFile()) {
      return attributes.size();
    }
    long bytes = 0;
    if (attributes.isDirectory() && recursive) {
      for (Path child : children(local)) {
        bytes += bytes(child, true);
      }
    }
    return bytes;
  }

  private void directory(Path local, BasicFileAttributes attributes, String target)
      throws IOException {
    boolean made = !InsidePath.isDirectory(files, target);
    if (made) {
      files.createDirectory(target);
    }
    for (Path child : children(local)) {
      copy(child, InsidePath.child(target, child.getFileName().toString()));
    }
    if (made) {
      keepFacts(local, attributes, target);
    }
  }

  private void file(Path local, BasicFileAttributes attributes, String target) throws IOException {
    place(
        target,
        temporary -> {
          try (LocalFile source = LocalFile.open(local);
              DaxFile file = files.open(temporary, OpenMode.WRITE, OpenMode.CREATE_NEW)) {
            long size = source.sizeBytes();
            copy.copy(source, file::write, size);
            long end = copy.copyRest(source, file::write, size);
            if (file.sizeBytes() < end) {
              file.truncate(end); // a hole at the end
            }
            keepFacts(local, attributes, temporary);
            file.fsync();
          }
        });
  }

  private interface Maker {
    void make(String temporary) throws IOException;
  }

  private void place(String target, Maker maker) throws IOException {
    String temporary =
        InsidePath.child(
            InsidePath.parent(target),
            ".put-%016x".formatted(RandomGenerator.getDefault().nextLong()));
    try {
      maker.make(temporary);
      files.rename(temporary, target);
    } catch (IOException | RuntimeException e) {
      try {
        files.unlink(temporary);
      } catch (NoSuchFileException never) {
        // it failed before there was anything
      } catch (IOException | RuntimeException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  private void keepFacts(Path local, BasicFileAttributes attributes, String target)
      throws IOException {
    files.setPermissions(target, (int) Files.getAttribute(local, "unix:mode") & PERMISSIONS);
    files.setTimes(
        target, attributes.lastModifiedTime().toInstant(), attributes.lastAccessTime().toInstant());
  }

  private static BasicFileAttributes attributes(Path local, boolean recursive) throws IOException {
    return recursive
        ? Files.readAttributes(local, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        : Files.readAttributes(local, BasicFileAttributes.class);
  }

  private static List<Path> children(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(children);
    return children;
  }
}
