package io.jdax.fs;

import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeTable;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.names.Namespace;
import io.jdax.fs.names.PathQueries;
import io.jdax.fs.names.PathWalk.Place;
import io.jdax.fs.volume.Volume;
import io.jdax.os.StackRoom;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens files by path, or by an entry that was listed. */
final class Opener {
  private final InodeTable inodes;
  private final Volume volume;
  private final Namespace names;
  private final PathQueries queries;

  Opener(InodeTable inodes, Namespace names, PathQueries queries) {
    this.inodes = inodes;
    this.volume = inodes.volume;
    this.names = names;
    this.queries = queries;
  }

  /** See {@link DaxFileSystem#open(String, OpenMode...)}. */
  DaxFile open(String path, OpenMode... modes) throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    Set<OpenMode> set = checked(modes);
    if (set.contains(OpenMode.WRITE)) {
      volume.ensureWritable();
    }
    Inode inode = inode(path, set);
    boolean done = false;
    try {
      DaxFile file = new DaxFile(inodes, inode, path, set);
      if (set.contains(OpenMode.TRUNCATE)) { // also if it is empty: it may have blocks, and a time
        file.truncate(0);
      }
      done = true;
      return file;
    } finally {
      if (!done) {
        inodes.releaseQuietly(inode); // of which a handle that nobody gets has no use
      }
    }
  }

  private static Set<OpenMode> checked(OpenMode... modes) {
    Set<OpenMode> set = EnumSet.noneOf(OpenMode.class);
    set.addAll(List.of(modes));
    if (set.contains(OpenMode.APPEND)) {
      set.add(OpenMode.WRITE);
    }
    if (!set.contains(OpenMode.WRITE)) {
      set.add(OpenMode.READ);
      if (set.contains(OpenMode.TRUNCATE)
          || set.contains(OpenMode.CREATE)
          || set.contains(OpenMode.CREATE_NEW)) {
        throw new IllegalArgumentException(set + ": making or emptying a file needs WRITE");
      }
    }
    return set;
  }

  /** See {@link DaxFileSystem#open(DirectoryEntry)}. */
  DaxFile open(DirectoryEntry file) throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    volume.ensureOpen();
    if (file.type() != FileType.REGULAR) {
      throw new FileSystemException(file.name(), null, "is not a regular file");
    }
    return new DaxFile(
        inodes, inodes.acquire(file.inode(), file.name()), file.name(), EnumSet.of(OpenMode.READ));
  }

  /**
   * Again if what was found is gone before it is acquired: by a rename that replaced it, mostly.
   */
  private Inode inode(String path, Set<OpenMode> modes) throws IOException {
    boolean anew = modes.contains(OpenMode.CREATE_NEW);
    boolean create = anew || modes.contains(OpenMode.CREATE);
    boolean follow = !anew && !modes.contains(OpenMode.NOFOLLOW);
    NoSuchFileException gone = null;
    for (int attempt = 0; attempt < PathQueries.ATTEMPTS; attempt++) {
      Place place = queries.toOpen(path, follow, create);
      DirentRecord entry = place.entry();
      if (entry == null && create) {
        Inode created = createFile(place, follow);
        if (created != null) {
          modes.remove(OpenMode.TRUNCATE); // there is nothing yet
          return created;
        }
        continue;
      }
      entry = place.required();
      if (anew) {
        throw new FileAlreadyExistsException(path);
      }
      if (entry.type() == FileType.DIRECTORY) {
        throw new FileSystemException(path, null, "is a directory");
      }
      if (entry.type() == FileType.SYMLINK) {
        throw new FileSystemLoopException(path);
      }
      try {
        return inodes.acquire(entry.inode(), path);
      } catch (NoSuchFileException e) {
        gone = e;
      }
    }
    throw gone == null ? new NoSuchFileException(path) : gone;
  }

  private @Nullable Inode createFile(Place place, boolean follow) throws IOException {
    Inode[] created = new Inode[1];
    volume.whole(() -> created[0] = names.createFile(place, follow));
    return created[0];
  }
}
