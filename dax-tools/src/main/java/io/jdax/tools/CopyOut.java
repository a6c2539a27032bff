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
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Copies files out of a file system, whole or not at all, as {@link CopyIn} copies them in. Times,
 * permissions and holes are kept, and the bits that lend a program its owner's rights are not.
 *
 * <p>Nothing is written through a symbolic link below the directory that a person named, even if
 * others put one there meanwhile.
 */
final class CopyOut {
  /** The bits that are kept, without set-user-id and set-group-id. */
  private static final int PERMISSIONS = 01777;

  private static final int OWNER_ONLY = 0700;

  private final DaxFileSystem files;
  private final RegionPath place;
  private final CopyWatch watch;
  private final Problems problems;
  private final SparseCopy copy;
  private final LocalStatus region;
  private final String temporary = ".get-%016x".formatted(RandomGenerator.getDefault().nextLong());

  /**
   * @param place what is copied, as a person named it
   */
  CopyOut(DaxFileSystem files, RegionPath place, CopyWatch watch, Problems problems)
      throws IOException {
    this.files = files;
    this.place = place;
    this.watch = watch;
    this.problems = problems;
    this.region = place.regionStatus();
    this.copy = new SparseCopy(watch);
  }

  /** Copies all bytes to a stream, with zeros for holes. */
  void toStream(OutputTarget out) throws IOException {
    try (DaxFile file = files.open(place.asked())) {
      long size = file.sizeBytes();
      copy.copy(new InsideFile(place.toString(), file), out, size);
      out.finish(size);
    } catch (FileSystemException | RegionException e) {
      throw Complaint.of(place.toString(), e);
    }
  }

  /** Copies a file or symbolic link to a name in the directory at the end of {@code local}. */
  void one(DirectoryEntry source, LocalTree local, String name) throws IOException {
    put(source, local, name, place.toString());
    sync(local);
  }

  /**
   * Copies a directory with all that is below it to a name in the directory at the end of {@code
   * local}. For an empty name it is merged with that directory itself.
   */
  void tree(DirectoryEntry source, LocalTree local, String name) throws IOException {
    Deque<Level> levels = new ArrayDeque<>();
    if (name.isEmpty()) {
      levels.push(new Level(null));
    } else {
      levels.push(enter(source, local, name));
    }
    String top = place.file();
    InsideWalk[] walk = new InsideWalk[1];
    walk[0] =
        new InsideWalk(
            files,
            new InsideWalk.Visitor() {
              @Override
              public boolean visit(DirectoryEntry entry) throws IOException {
                watch.advance(0);
                String shown = place.at(InsidePath.child(top, walk[0].path()));
                if (!isLocalName(entry.name())) {
                  problems.say(
                      shown, new SkippedException(shown, "no local file can have such a name"));
                  return false;
                }
                if (entry.type() == FileType.DIRECTORY) {
                  levels.push(enter(entry, local, entry.name()));
                } else {
                  put(entry, local, entry.name(), shown);
                }
                return true;
              }

              @Override
              public void leave(DirectoryEntry directory) throws IOException {
                CopyOut.this.leave(levels.pop(), local);
                local.up();
              }
            });
    walk[0].below(source);
    leave(levels.pop(), local);
    if (!name.isEmpty()) {
      local.up();
      sync(local);
    }
  }

  /** Whether a local file can have this name. A damaged directory can have any. */
  private static boolean isLocalName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.indexOf('\0') < 0;
  }

  /**
   * A directory that is being copied.
   *
   * @param facts what it gets in the end, or null if it was there before
   */
  private record Level(@Nullable FileStat facts) {}

  private Level enter(DirectoryEntry source, LocalTree local, String name) throws IOException {
    try {
      boolean made = false;
      if (find(local, name) == null) {
        LocalCalls.makeDirectory(local.fd(), name, OWNER_ONLY);
        made = true;
      }
      FileStat facts = made ? files.stat(source) : null;
      local.down(name);
      return new Level(facts);
    } catch (SystemCallException e) {
      // A symbolic link to a directory is refused, since the copy would leave the tree by it.
      throw e.errno() == LocalCalls.ELOOP
          ? Complaint.of(local.path(name), new NotDirectoryException(name))
          : Complaint.of(local.path(name), e);
    }
  }

  private void leave(Level level, LocalTree local) throws IOException {
    try {
      if (level.facts != null) {
        keepFacts(level.facts, local.fd(), local.path(""));
      }
    } catch (SystemCallException e) {
      throw Complaint.of(local.path(""), e);
    }
    sync(local);
  }

  private static @Nullable LocalStatus find(LocalTree local, String name)
      throws SystemCallException {
    try {
      return LocalCalls.status(local.fd(), name, false);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  /**
   * Makes a file under another name, which then replaces what has its name, even a symbolic link.
   */
  private void put(DirectoryEntry source, LocalTree local, String name, String shown)
      throws IOException {
    try {
      LocalStatus there = find(local, name);
      if (there != null && there.isSameAs(region)) {
        throw new FileSystemException(name, null, "is the region that is copied from");
      }
      try {
        if (source.type() == FileType.SYMLINK) {
          LocalCalls.makeLink(files.readSymlink(source), local.fd(), temporary);
        } else {
          file(source, local, shown);
        }
        LocalCalls.rename(local.fd(), temporary, name);
      } catch (Throwable e) {
        giveUp(local, e);
        throw e;
      }
    } catch (RegionException e) {
      throw Complaint.of(shown, e);
    } catch (IOException e) {
      throw Complaint.of(local.path(name), e);
    }
  }

  private void file(DirectoryEntry entry, LocalTree local, String shown) throws IOException {
    FileStat stat = files.stat(entry);
    try (DaxFile source = files.open(entry);
        LocalFile target = LocalFile.create(local.fd(), temporary, temporary)) {
      long size = source.sizeBytes();
      copy.copy(new InsideFile(shown, source), target::write, size);
      LocalCalls.truncate(target.fd(), size, temporary); // a channel can't make a hole at the end
      keepFacts(stat, target.fd(), temporary);
      LocalCalls.fsync(target.fd(), temporary);
    }
  }

  private void giveUp(LocalTree local, Throwable e) {
    try {
      LocalCalls.remove(local.fd(), temporary, false);
    } catch (SystemCallException left) {
      if (left.errno() != Errno.ENOENT) {
        e.addSuppressed(left);
      }
    }
  }

  private static void keepFacts(FileStat stat, int fd, String subject) throws SystemCallException {
    LocalCalls.setMode(fd, stat.permissions() & PERMISSIONS, subject);
    LocalCalls.setTimes(fd, stat.accessed(), stat.modified(), subject);
  }

  /** Makes the names in the directory durable, where the file system can do so. */
  private static void sync(LocalTree local) throws IOException {
    try {
      LocalCalls.fsync(local.fd(), "");
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EINVAL) {
        throw Complaint.of(local.path(""), e);
      }
    }
  }
}
