package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import io.jdax.machine.SystemCallException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies files into a file system, whole or not at all. One thread goes through the directories, in
 * the order of names, and makes them; the threads of a {@link CopyTeam} fill files, by {@link
 * FileIn}. A directory gets its time when all below it is done.
 *
 * <p>A file that is of no kind to be copied is reported, and the copy goes on. What the file system
 * refuses ends the copy. A symbolic link is followed where a person named it, and nowhere else.
 */
final class CopyIn implements AutoCloseable {
  private final DaxFileSystem files;
  private final boolean recursive;
  private final CopyWatch watch;
  private final RegionPath place;
  private final LocalStatus region;
  private final CopiedFiles copied;
  private final CopyTeam<FileIn> team;

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
    this.watch = watch;
    this.region = place.regionStatus();
    this.copied = new CopiedFiles(files, several);
    Unfinished.removeLeft(files);
    this.team = new CopyTeam<>(problems, i -> new FileIn(files, place, watch, copied, i));
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
    if (recursive) {
      team.drain(); // what is merged with what was copied before is to find it
    }
    boolean follow = follows(local, recursive);
    LocalStatus status;
    try {
      if (!named) {
        refuseUnlessUtf8(local);
      }
      status = LocalCalls.status(LocalCalls.HERE, local, follow);
      if (status.isDirectory() && recursive) {
        try (LocalTree tree = LocalTree.open(local, local, follow)) {
          team.inOrder(() -> tree(tree, target, named));
        }
        return;
      }
    } catch (SystemCallException | SkippedException e) {
      leaveOut(local, e);
      return;
    }
    String to = named && status.isRegular() ? InsidePath.endOfSymlinks(files, target) : target;
    one(LocalCalls.HERE, local, follow, local, status, to, false);
  }

  /** Whether a symbolic link is followed. A slash at the end asks for what it leads to. */
  static boolean follows(String local, boolean recursive) {
    return !recursive || local.endsWith("/");
  }

  /** Waits until all is whole, and durable. */
  void finish() throws IOException {
    team.drain();
  }

  /** Tells of it when it is its turn. */
  private void leaveOut(String shown, IOException why) throws IOException {
    team.then(
        shown,
        () -> {
          throw why;
        });
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
    if (level.made) {
      team.then(
          local.path(""),
          () -> {
            try {
              FileIn.keepFacts(files, level.status, level.target, FileIn.DIRECTORY_MODE);
            } catch (SkippedException e) {
              throw e;
            } catch (IOException e) {
              throw Complaint.of(place.at(level.target), e);
            }
          });
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
      leaveOut(local.path(name), e);
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
        copied.refuse(shown, target);
        refuseDirectory(target);
      }
      if (status.isSameAs(region)) {
        throw new SkippedException(shown, "is the region that it would be copied to");
      } else if (status.isRegular()) {
        // Opened here, since the directory may be closed when it is the file's turn.
        LocalFile source = LocalFile.open(directory, name, follow, shown);
        if (!recursive && status.sizeBytes() >= PartedCopy.WORTHWHILE_BYTES) {
          byAll(source, target);
        } else {
          team.copy(shown, new Filling(source, target));
        }
      } else if (status.isSymbolicLink()) {
        link(LocalCalls.readLink(directory, name), shown, target);
      } else if (status.isDirectory()) {
        throw new SkippedException(shown, "is a directory, which only -r copies");
      } else {
        throw new SkippedException(
            shown, "is neither a file nor a directory nor a symbolic link, but " + status.kind());
      }
    } catch (SystemCallException | SkippedException e) {
      leaveOut(shown, e);
    }
  }

  /** Ends the copy here, before threads copy what comes after it: a tree that does not fit. */
  private void refuseDirectory(String target) throws IOException {
    FileStat there = find(target, false);
    if (there != null && there.type() == FileType.DIRECTORY) {
      throw Complaint.of(
          place.at(target),
          new FileSystemException(target, null, "a directory can only be replaced by a directory"));
    }
  }

  /** Copies a file by all threads, when they have nothing else to do. */
  private void byAll(LocalFile source, String target) throws IOException {
    try (source) {
      team.drain();
      team.tools().getFirst().file(source, target, new PartedCopy<>(team, FileIn::copy));
    }
  }

  /** A file that is open, to be copied or closed. */
  private record Filling(LocalFile source, String target) implements CopyTeam.Work<FileIn> {
    @Override
    public void run(FileIn thread) throws IOException {
      try (source) {
        thread.file(source, target, thread.copy()::copy);
      }
    }

    @Override
    public void drop() throws IOException {
      source.close();
    }
  }

  private void link(String says, String shown, String target) throws IOException {
    if (!LocalNames.isUtf8(says)) {
      throw new SkippedException(
          shown, "the target of the link is not UTF-8, as it must be in a file system");
    }
    team.copy(shown, thread -> thread.link(says, target));
  }

  @Override
  public void close() throws IOException {
    team.close();
    for (FileIn thread : team.tools()) {
      thread.close();
    }
  }
}
