package io.jdax.fs.names;

import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeTable;
import io.jdax.fs.file.TreeExtents;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Times;
import io.jdax.fs.names.PathWalk.Place;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.Lookups;
import io.jdax.fs.volume.Volume;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked about paths. Each answer was true in one moment: the walk and all that is
 * looked up at its end see one state of the tree.
 */
public final class PathQueries {
  /** Of losing what was found, one after the other, to whoever removes or replaces it. */
  public static final int ATTEMPTS = 100;

  private final InodeTable inodes;
  private final Volume volume;

  public PathQueries(InodeTable inodes) {
    this.inodes = inodes;
    this.volume = inodes.volume;
  }

  /** Something to look up at the end of a path. */
  private interface AtEnd<T> {
    T in(Lookups tree, PathWalk walk, DirentRecord entry) throws IOException;
  }

  private <T> T at(String path, boolean follow, AtEnd<T> end) throws IOException {
    volume.ensureOpen();
    return volume.tree.read(
        tree -> {
          PathWalk walk = new PathWalk(volume, tree);
          return end.in(tree, walk, walk.walk(path, follow).required());
        });
  }

  /**
   * What is there to open.
   *
   * @param creates a file if there is none
   */
  public Place toOpen(String path, boolean follow, boolean creates) throws IOException {
    volume.ensureOpen();
    return volume.tree.read(
        tree -> {
          PathWalk walk = new PathWalk(volume, tree);
          return creates ? walk.walkToCreate(path, follow) : walk.walk(path, follow);
        });
  }

  /** Whether a path names something; false where it can't be followed to its end, too. */
  public boolean exists(String path) throws IOException {
    try {
      return at(path, true, (tree, walk, entry) -> true);
    } catch (FileSystemException e) {
      return false; // of the path: what is wrong with the file system is a RegionException
    }
  }

  public String readSymlink(String path) throws IOException {
    return at(
        path,
        false,
        (tree, walk, entry) -> {
          if (entry.type() != FileType.SYMLINK) {
            throw new FileSystemException(path, null, "is not a symbolic link");
          }
          return walk.readSymlink(entry.inode());
        });
  }

  /** Of a link that was listed. */
  public String readSymlink(DirectoryEntry link) throws IOException {
    volume.ensureOpen();
    if (link.type() != FileType.SYMLINK) {
      throw new FileSystemException(link.name(), null, "is not a symbolic link");
    }
    return volume.tree.read(tree -> new PathWalk(volume, tree).readSymlink(link.inode()));
  }

  /** The inode of a directory, to go through its names. */
  public long directory(String path) throws IOException {
    return at(
        path,
        true,
        (tree, walk, entry) -> {
          if (entry.type() != FileType.DIRECTORY) {
            throw new NotDirectoryException(path);
          }
          return entry.inode();
        });
  }

  /** Of a directory that was listed. */
  public long directory(DirectoryEntry directory) throws NotDirectoryException {
    volume.ensureOpen();
    if (directory.type() != FileType.DIRECTORY) {
      throw new NotDirectoryException(directory.name());
    }
    return directory.inode();
  }

  public byte @Nullable [] attribute(String path, String name) throws IOException {
    Optional<byte[]> value =
        at(
            path,
            true,
            (tree, walk, entry) ->
                Optional.ofNullable(new Attributes(volume, entry.inode()).get(tree, path, name)));
    return value.orElse(null);
  }

  public List<String> attributes(String path) throws IOException {
    return at(path, true, (tree, walk, entry) -> new Attributes(volume, entry.inode()).names(tree));
  }

  // ---------------------------------------------------------------- stat

  /** Again if what was found is gone before it is looked at. */
  public FileStat stat(String path, boolean follow) throws IOException {
    NoSuchFileException gone = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long inode = at(path, follow, (tree, walk, entry) -> entry.inode());
      try {
        return stat(inode, path);
      } catch (NoSuchFileException e) {
        gone = e;
      }
    }
    throw gone == null ? new NoSuchFileException(path) : gone;
  }

  /** Of what was listed. */
  public FileStat stat(DirectoryEntry entry) throws IOException {
    volume.ensureOpen();
    return stat(entry.inode(), entry.name());
  }

  private FileStat stat(long inode, String path) throws IOException {
    Inode open = inodes.retainIfOpen(inode);
    try {
      return stat(volume, inode, open, path);
    } finally {
      if (open != null) {
        inodes.releaseQuietly(open);
      }
    }
  }

  /**
   * What is known about an inode. What an open file knows better than the tree is taken in the same
   * moment: a fold moves it from there to here.
   *
   * @param open the inode, if it is in DRAM, which the caller keeps there
   */
  public static FileStat stat(Volume volume, long number, @Nullable Inode open, String path)
      throws IOException {
    return volume.tree.read(
        tree -> {
          Item item = new Item();
          if (!tree.get(Keys.hi(number, Keys.INODE), 0, item)) {
            throw new NoSuchFileException(path);
          }
          InodeRecord r = InodeRecord.of(volume.region.name(), item);
          long blocks = 0;
          if (open != null && open.loaded()) {
            open.patch(r, open.modified());
            blocks = open.extents.blocks() + open.store().delayedBlocks();
          } else if (r.type == FileType.REGULAR) {
            blocks = new TreeExtents(volume, number).blocks(tree);
          }
          return stat(number, r, volume.units.bytes(blocks));
        });
  }

  private static FileStat stat(long inode, InodeRecord r, long allocatedBytes) {
    return new FileStat(
        inode,
        r.type,
        r.permissions,
        r.links,
        r.uid,
        r.gid,
        r.sizeBytes,
        allocatedBytes,
        Times.toInstant(r.created),
        Times.toInstant(r.modified),
        Times.toInstant(r.changed),
        Times.toInstant(r.accessed),
        r.project);
  }
}
