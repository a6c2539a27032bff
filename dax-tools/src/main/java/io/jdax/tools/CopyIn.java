package io.jdax.tools;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.OpenMode;
import io.jdax.machine.SystemCallException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies files into a file system, whole or not at all. Each is written under another name in its
 * directory, made durable, and then renamed. Times, permissions and holes are kept. The bits that
 * lend a program its owner's rights are not, since the owner is not kept, either.
 *
 * <p>A file that is of no kind to be copied is reported, and the copy goes on. What the file system
 * refuses ends the copy. A symbolic link is followed where a person named it, and nowhere else.
 */
final class CopyIn implements AutoCloseable {
  /** The bits that are kept, without set-user-id and set-group-id. */
  private static final int PERMISSIONS = 01777;

  private final DaxFileSystem files;
  private final boolean recursive;
  private final boolean remembers;
  private final CopyWatch watch;
  private final Problems problems;
  private final SparseCopy copy;
  private final Unfinished unfinished;
  private final Set<Long> copied = new HashSet<>();
  private final RegionPath place;
  private final LocalStatus region;

  /**
   * @param place the region, as a person named it
   * @param recursive whether to copy directories as well, and symbolic links as links instead of
   *     what they lead to
   * @param several whether {@link #copy} is called more than once
   */
  CopyIn(
      DaxFileSystem files,
      RegionPath place,
      boolean recursive,
      boolean several,
      CopyWatch watch,
      Problems problems)
      throws IOException {
    this.files = files;
    this.place = place;
    this.recursive = recursive;
    this.remembers = several;
    this.watch = watch;
    this.problems = problems;
    this.region = place.regionStatus();
    this.copy = new SparseCopy(watch);
    this.unfinished = new Unfinished(files);
  }

  /** A directory that is being copied. */
  private record Level(String target, LocalStatus status, boolean made, Iterator<String> names) {}

  /**
   * Copies to {@code target} itself, which is made or replaced. Directories are merged.
   *
   * @param named whether a person wrote all of {@code target}, so that symbolic links there are
   *     followed
   */
  void copy(String local, String target, boolean named) throws IOException {
    watch.advance(0);
    boolean follow = follows(local, recursive);
    LocalStatus status;
    try {
      if (!named) {
        refuseUnlessUtf8(local);
      }
      status = LocalCalls.status(LocalCalls.HERE, local, follow);
      if (status.isDirectory() && recursive) {
        try (LocalTree tree = LocalTree.open(local, local, follow)) {
          tree(tree, target, named);
        }
        return;
      }
    } catch (SystemCallException | SkippedException e) {
      problems.say(local, e);
      return;
    }
    String to = named && status.isRegular() ? InsidePath.endOfSymlinks(files, target) : target;
    one(LocalCalls.HERE, local, follow, local, status, to, false);
  }

  /** Whether a symbolic link is followed. A slash at the end asks for what it leads to. */
  static boolean follows(String local, boolean recursive) {
    return !recursive || local.endsWith("/");
  }

  private void tree(LocalTree local, String target, boolean named) throws IOException {
    Deque<Level> levels = new ArrayDeque<>();
    levels.push(enter(local, target, named, false));
    while (!levels.isEmpty()) {
      Level level = levels.peek();
      if (level.names.hasNext()) {
        String name = level.names.next();
        watch.advance(0);
        Level below = child(local, level, name);
        if (below != null) {
          levels.push(below);
        }
      } else {
        leave(local, level);
        levels.pop();
        if (!levels.isEmpty()) {
          local.up();
        }
      }
    }
  }

  private void leave(LocalTree local, Level level) throws IOException {
    try {
      if (level.made) {
        keepFacts(level.status, level.target);
      }
    } catch (SkippedException e) {
      problems.say(local.path(""), e);
    } catch (IOException e) {
      throw Complaint.of(place.at(level.target), e);
    }
  }

  /** Copies a name. Returns the directory that was entered, or null if it was no directory. */
  private @Nullable Level child(LocalTree local, Level level, String name) throws IOException {
    String target = InsidePath.child(level.target, name);
    LocalStatus status;
    int depth = local.depth();
    try {
      refuseUnlessUtf8(name);
      status = LocalCalls.status(local.fd(), name, false);
      if (status.isDirectory()) {
        local.down(name);
        return enter(local, target, false, level.made);
      }
    } catch (SystemCallException | SkippedException e) {
      if (local.depth() > depth) {
        local.up();
      }
      problems.say(local.path(name), e);
      return null;
    }
    one(local.fd(), name, false, local.path(name), status, target, level.made);
    return null;
  }

  private static void refuseUnlessUtf8(String local) throws SkippedException {
    if (!LocalNames.isUtf8(InsidePath.name(local))) {
      throw new SkippedException(local, "the name is not UTF-8, as it must be in a file system");
    }
  }

  /**
   * Makes a directory, or finds it there.
   *
   * @param named whether a symbolic link there may be followed
   * @param absent whether the target is known not to be there
   */
  private Level enter(LocalTree local, String target, boolean named, boolean absent)
      throws IOException {
    LocalStatus status = LocalCalls.status(local.fd());
    List<String> names = LocalCalls.list(local.fd(), local.path(""));
    Collections.sort(names);
    try {
      FileStat there = absent ? null : find(target, named);
      if (there != null && there.type() != FileType.DIRECTORY) {
        throw new NotDirectoryException(target);
      }
      if (there == null) {
        files.createDirectory(target);
      }
      return new Level(target, status, there == null, names.iterator());
    } catch (IOException e) {
      throw Complaint.of(place.at(target), e);
    }
  }

  private @Nullable FileStat find(String path, boolean follow) throws IOException {
    try {
      return follow ? files.stat(path) : files.lstat(path);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Copies what is not a directory. A directory is refused. */
  private void one(
      int directory,
      String name,
      boolean follow,
      String shown,
      LocalStatus status,
      String target,
      boolean absent)
      throws IOException {
    try {
      if (!absent) {
        refuseCopied(shown, target);
      }
      if (status.isSameAs(region)) {
        throw new SkippedException(shown, "is the region that it would be copied to");
      } else if (status.isRegular()) {
        file(directory, name, follow, shown, target);
      } else if (status.isSymbolicLink()) {
        link(directory, name, shown, target);
      } else if (status.isDirectory()) {
        throw new SkippedException(shown, "is a directory, which only -r copies");
      } else {
        throw new SkippedException(
            shown, "is neither a file nor a directory nor a symbolic link, but " + status.kind());
      }
    } catch (SystemCallException | SkippedException e) {
      problems.say(shown, e);
    }
  }

  /** Refuses to replace a file that the same command has copied. */
  private void refuseCopied(String shown, String target) throws IOException {
    FileStat there = copied.isEmpty() ? null : find(target, false);
    if (there != null && copied.contains(there.inode())) {
      throw new SkippedException(shown, "would replace what was copied just now");
    }
  }

  private void link(int directory, String name, String shown, String target) throws IOException {
    String says = LocalCalls.readLink(directory, name);
    if (!LocalNames.isUtf8(says)) {
      throw new SkippedException(
          shown, "the target of the link is not UTF-8, as it must be in a file system");
    }
    place(target, temporary -> files.symlink(says, temporary));
  }

  private void file(int directory, String name, boolean follow, String shown, String target)
      throws IOException {
    try (LocalFile source = LocalFile.open(directory, name, follow, shown)) {
      place(
          target,
          temporary -> {
            try (DaxFile file = files.open(temporary, OpenMode.WRITE, OpenMode.CREATE_NEW)) {
              long end = copy.copyAll(source, file::write);
              if (file.sizeBytes() < end) {
                file.truncate(end); // a hole at the end
              }
              refuseChanged(source);
              keepFacts(source.status(), temporary);
              file.fsync();
            }
          });
    }
  }

  /** Refuses a file that has changed, since what was read may never have been in it together. */
  static void refuseChanged(LocalFile source) throws IOException {
    LocalStatus now = source.statusNow();
    if (now.sizeBytes() != source.status().sizeBytes()
        || !now.modified().equals(source.status().modified())) {
      throw new SkippedException(source.name(), "was changed while it was copied");
    }
  }

  private interface Maker {
    void make(String temporary) throws IOException;
  }

  private void place(String target, Maker maker) throws IOException {
    try {
      String temporary = unfinished.in(InsidePath.parent(target));
      try {
        maker.make(temporary);
        long inode = remembers ? files.lstat(temporary).inode() : 0;
        files.rename(temporary, target);
        if (remembers) {
          copied.add(inode);
        }
      } catch (Throwable e) {
        unfinished.giveUp(temporary, e);
        throw e;
      }
    } catch (SystemCallException | SkippedException e) {
      throw e;
    } catch (IOException e) {
      throw Complaint.of(place.at(target), e);
    }
  }

  private void keepFacts(LocalStatus status, String target) throws IOException {
    files.setPermissions(target, status.mode() & PERMISSIONS);
    try {
      files.setTimes(target, status.modified(), status.accessed());
    } catch (FileSystemException | IllegalArgumentException e) {
      throw new SkippedException(target, "its times can't be kept: " + Complaint.reason(e));
    }
  }

  @Override
  public void close() throws IOException {
    unfinished.close();
  }
}
