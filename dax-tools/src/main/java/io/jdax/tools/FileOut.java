package io.jdax.tools;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one thread of a get works with. A file is made under another name, which then replaces what
 * has its name, even a symbolic link.
 */
final class FileOut {
  private final DaxFileSystem files;
  private final LocalStatus region;
  private final SparseCopy copy;
  private final String temporary = ".get-%016x".formatted(RandomGenerator.getDefault().nextLong());

  FileOut(DaxFileSystem files, LocalStatus region, CopyWatch watch) {
    this.files = files;
    this.region = region;
    this.copy = new SparseCopy(watch);
  }

  /** Copies the bytes of files by this thread. */
  SparseCopy copy() {
    return copy;
  }

  /** Refuses to replace the region. */
  void refuseRegion(int directory, String name, String path) throws IOException {
    LocalStatus there = find(directory, name);
    if (there != null && there.isSameAs(region)) {
      throw Complaint.of(
          path, new FileSystemException(name, null, "is the region that is copied from"));
    }
  }

  /**
   * Copies a file or symbolic link, whole or not at all.
   *
   * @param directory in which {@code name} is, open
   * @param path what messages call the local file
   * @param shown what they call the source
   * @param whole copies the bytes
   */
  void put(
      DirectoryEntry source,
      int directory,
      String name,
      String path,
      String shown,
      SparseCopy.Whole whole)
      throws IOException {
    try {
      try {
        if (source.type() == FileType.SYMLINK) {
          LocalCalls.makeLink(files.readSymlink(source), directory, temporary);
          LocalCalls.rename(directory, temporary, name);
        } else {
          file(source, directory, name, shown, whole);
        }
      } catch (Throwable e) {
        giveUp(directory, e);
        throw e;
      }
    } catch (RegionException e) {
      throw Complaint.of(shown, e);
    } catch (IOException e) {
      throw Complaint.of(path, e);
    }
  }

  /** What has a name in an open directory, or null if nothing has. */
  static @Nullable LocalStatus find(int directory, String name) throws SystemCallException {
    try {
      return LocalCalls.status(directory, name, false);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  private void file(
      DirectoryEntry entry, int directory, String name, String shown, SparseCopy.Whole whole)
      throws IOException {
    FileStat stat = files.stat(entry);
    try (DaxFile source = files.open(entry);
        LocalTarget target = LocalTarget.create(directory, temporary)) {
      long size = source.sizeBytes();
      if (whole.copy(new InsideFile(shown, source), target::write, size) < size) {
        target.extend(size);
      }
      target.finish(stat, name);
    }
  }

  private void giveUp(int directory, Throwable e) {
    try {
      LocalCalls.remove(directory, temporary, false);
    } catch (SystemCallException left) {
      if (left.errno() != Errno.ENOENT) {
        e.addSuppressed(left);
      }
    }
  }

  /** Gives what is open the permissions and times of the file inside. */
  static void keepFacts(FileStat stat, int fd, String subject) throws SystemCallException {
    LocalCalls.setMode(fd, stat.permissions() & FileIn.PERMISSIONS, subject);
    LocalCalls.setTimes(fd, stat.accessed(), stat.modified(), subject);
  }
}
