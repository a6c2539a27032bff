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
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies files out of a file system, whole or not at all, as {@link CopyIn} copies them in: one
 * thread goes through the directories, and those of a {@link CopyTeam} fill files, by {@link
 * FileOut}. Times, permissions and holes are kept, and the bits that lend a program its owner's
 * rights are not.
 *
 * <p>Nothing is written through a symbolic link below the directory that a person named, even if
 * others put one there meanwhile.
 */
final class CopyOut implements AutoCloseable {
  private static final int OWNER_ONLY = 0700;

  /** Directories that are open for the threads, at most. */
  private static final int MOST_OPEN = 64;

  private static final int CLOSED = -1;

  private final DaxFileSystem files;
  private final RegionPath place;
  private final CopyWatch watch;
  private final CopyTeam<FileOut> team;
  private final Deque<Level> levels = new ArrayDeque<>();
  private final Set<Integer> open = new HashSet<>();

  /**
   * @param place what is copied, as a person named it
   */
  CopyOut(DaxFileSystem files, RegionPath place, CopyWatch watch, Problems problems)
      throws IOException {
    this.files = files;
    this.place = place;
    this.watch = watch;
    LocalStatus region = place.regionStatus();
    this.team = new CopyTeam<>(problems, _ -> new FileOut(files, region, watch));
  }

  /** Copies all bytes to a stream, with zeros for holes. */
  void toStream(OutputTarget out) throws IOException {
    try (DaxFile file = files.open(place.asked())) {
      long size = file.sizeBytes();
      long _ = new SparseCopy(watch).copy(new InsideFile(place.toString(), file), out, size);
      out.finish(size);
    } catch (FileSystemException | RegionException e) {
      throw Complaint.of(place.toString(), e);
    }
  }

  /** Copies a file or symbolic link to a name in the directory at the end of {@code local}. */
  void one(DirectoryEntry source, LocalTree local, String name) throws IOException {
    FileOut mine = team.tools().getFirst();
    String path = local.path(name);
    mine.refuseRegion(local.fd(), name, path);
    mine.put(
        source, local.fd(), name, path, place.toString(), new PartedCopy<>(team, FileOut::copy));
    sync(local.fd(), local.path(""));
  }

  /**
   * Copies a directory with all that is below it to a name in the directory at the end of {@code
   * local}. For an empty name it is merged with that directory itself.
   */
  void tree(DirectoryEntry source, LocalTree local, String name) throws IOException {
    team.inOrder(() -> walk(source, local, name));
  }

  private void walk(DirectoryEntry source, LocalTree local, String name) throws IOException {
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
                  team.then(shown, () -> refuseName(shown));
                  return false;
                }
                if (entry.type() == FileType.DIRECTORY) {
                  levels.push(enter(entry, local, entry.name()));
                } else {
                  String name = entry.name();
                  String path = local.path(name);
                  Level level = levels.element();
                  int directory = directory(level, local);
                  team.copy(
                      shown,
                      thread -> {
                        if (level.facts == null) { // else nothing was there
                          thread.refuseRegion(directory, name, path);
                        }
                        thread.put(entry, directory, name, path, shown, thread.copy()::copy);
                      });
                }
                return true;
              }

              @Override
              public void leave(DirectoryEntry directory) throws IOException {
                CopyOut.this.leave(local);
                local.up();
              }
            });
    walk[0].below(source);
    leave(local);
    team.drain();
    if (!name.isEmpty()) {
      local.up();
      sync(local.fd(), local.path(""));
    }
  }

  private static void refuseName(String shown) throws SkippedException {
    throw new SkippedException(shown, "no local file can have such a name");
  }

  /** Whether a local file can have this name. A damaged directory can have any. */
  private static boolean isLocalName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.indexOf('\0') < 0;
  }

  /** A directory that is being copied. */
  private static final class Level {
    /** What it gets in the end, or null if it was there before. */
    final @Nullable FileStat facts;

    /** It for the threads, which may need it when the way there has gone on. */
    int fd = CLOSED;

    Level(@Nullable FileStat facts) {
      this.facts = facts;
    }
  }

  /** Opens the directory at the end of {@code local} for the threads, once. */
  private int directory(Level level, LocalTree local) throws IOException {
    if (level.fd == CLOSED) {
      if (open.size() >= MOST_OPEN) {
        team.drain();
        for (Level each : levels) {
          close(each.fd);
          each.fd = CLOSED;
        }
      }
      level.fd = LocalCalls.open(local.fd(), ".", LocalCalls.O_DIRECTORY, 0);
      open.add(level.fd);
    }
    return level.fd;
  }

  private void close(int fd) throws SystemCallException {
    if (open.remove(fd)) {
      LocalCalls.close(fd);
    }
  }

  private Level enter(DirectoryEntry source, LocalTree local, String name) throws IOException {
    try {
      boolean made = false;
      if (FileOut.find(local.fd(), name) == null) {
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

  /** A directory gets its times when all below it is done, and is durable then. */
  private void leave(LocalTree local) throws IOException {
    Level level = levels.element();
    String path = local.path("");
    int fd = directory(level, local);
    levels.pop();
    team.then(
        path,
        () -> {
          try {
            if (level.facts != null) {
              FileOut.keepFacts(level.facts, fd, path);
            }
            sync(fd, path);
            close(fd);
          } catch (SystemCallException e) {
            throw Complaint.of(path, e);
          }
        });
  }

  /** Makes the names in the directory durable, where the file system can do so. */
  private static void sync(int fd, String path) throws IOException {
    try {
      LocalCalls.fsync(fd, "");
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EINVAL) {
        throw Complaint.of(path, e);
      }
    }
  }

  @Override
  public void close() throws SystemCallException {
    team.close();
    for (int fd : Set.copyOf(open)) {
      close(fd);
    }
  }
}
