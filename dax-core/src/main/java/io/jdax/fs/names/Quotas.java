package io.jdax.fs.names;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.QuotaStat;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeTable;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.QuotaRecord;
import io.jdax.fs.quota.Project;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.Lookups;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.fs.volume.Volume;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sets, clears and tells the limits of directory trees (XFS's project quota). Every inode's record
 * tells its project; what is made inherits that of its directory.
 *
 * <p>A tree gets a project in one change, records and limits: a crash leaves all of it or nothing.
 */
public final class Quotas {
  private final InodeTable inodes;
  private final Volume volume;
  private final String region;

  /** Every open file has an account. */
  @GuardedBy("this")
  private boolean allCounted;

  public Quotas(InodeTable inodes) {
    this.inodes = inodes;
    this.volume = inodes.volume;
    this.region = volume.region.name();
  }

  // ---------------------------------------------------------------- set, clear

  public void set(String path, Quota limits) throws IOException {
    volume.ensureWritable();
    countOpenFiles();
    if (change(path, limits)) {
      return;
    }
    try {
      begin(path, limits);
    } catch (NoSpaceException e) {
      volume.bringBackSpace();
      begin(path, limits);
    }
  }

  /**
   * Sets other limits on a directory that has some, even on a full device; returns false if it has
   * none.
   */
  private boolean change(String path, Quota limits) throws IOException {
    long sequence;
    try (Change change = volume.changeFromReserve()) {
      long directory = directory(change, path);
      Project project = ownProject(change, directory);
      if (project == null) {
        return false;
      }
      put(change, project, limits);
      sequence = change.done();
      project.setLimits(limits.limitBytes(), limits.limitInodes());
    }
    volume.tree.commit(sequence);
    return true;
  }

  /** Sets limits on a directory, normally one that has none yet. */
  private void begin(String path, Quota limits) throws IOException {
    long sequence;
    ProjectTree tree = null;
    try {
      try (Change change = volume.change()) {
        try {
          long directory = directory(change, path);
          Project project = ownProject(change, directory);
          if (project == null) {
            project = volume.projects.create(volume.projects.freshId(), directory);
            tree = new ProjectTree(inodes, change, path, directory);
            tree.assign(project);
          }
          put(change, project, limits);
          if (volume.projects.isEmpty()) {
            change.setIncompatible(SuperblockInfo.QUOTAS, true);
          }
          sequence = change.done();
          project.setLimits(limits.limitBytes(), limits.limitInodes());
          if (tree != null) {
            volume.projects.add(project);
            tree.move();
          }
        } finally {
          if (tree != null) {
            tree.admitOpening();
          }
        }
      }
    } finally {
      if (tree != null) {
        tree.release();
      }
    }
    volume.tree.commit(sequence);
  }

  private static void put(Change change, Project project, Quota limits) throws IOException {
    QuotaRecord record =
        new QuotaRecord(limits.limitBytes(), limits.limitInodes(), project.directory());
    change.put(Keys.QUOTAS, project.id(), record.toBytes());
  }

  public void clear(String path) throws IOException {
    volume.ensureWritable();
    try {
      clearOnce(path);
    } catch (NoSpaceException e) {
      volume.bringBackSpace();
      clearOnce(path);
    }
  }

  private void clearOnce(String path) throws IOException {
    long sequence;
    ProjectTree tree = null;
    try {
      try (Change change = volume.change()) {
        try {
          long directory = directory(change, path);
          Project project = ownProject(change, directory);
          if (project == null) {
            throw new FileSystemException(path, null, "has no quota of its own");
          }
          PathWalk walk = new PathWalk(volume, change);
          Project around =
              directory == Keys.ROOT
                  ? null
                  : volume.projects.get(walk.inode(walk.parent(directory)).project);
          tree = new ProjectTree(inodes, change, path, directory);
          tree.assign(around);
          delete(volume, change, project);
          sequence = change.done();
          tree.move();
          forget(volume, project);
        } finally {
          if (tree != null) {
            tree.admitOpening();
          }
        }
      }
    } finally {
      if (tree != null) {
        tree.release();
      }
    }
    volume.tree.commit(sequence);
  }

  /** Takes a project's limits out of the tree, and with the last ones the feature. */
  static void delete(Volume volume, Change change, Project project) throws IOException {
    change.delete(Keys.QUOTAS, project.id());
    if (volume.projects.isAll(project)) {
      change.setIncompatible(SuperblockInfo.QUOTAS, false);
    }
  }

  /** The change that has deleted the project's limits is done. */
  static void forget(Volume volume, Project project) {
    volume.projects.remove(project);
    project.setLimits(0, 0);
  }

  /** Files that were opened when there was no quota get accounts: what they have is known then. */
  private synchronized void countOpenFiles() throws IOException {
    if (allCounted) {
      return;
    }
    volume.projects.turnOn();
    inodes.forEach(Inode::count);
    allCounted = true; // not before: the next call tries again with those that were left
  }

  private long directory(Change change, String path) throws IOException {
    DirentRecord entry = new PathWalk(volume, change).walk(path, true).required();
    if (entry.type() != FileType.DIRECTORY) {
      throw new NotDirectoryException(path);
    }
    return entry.inode();
  }

  private @Nullable Project ownProject(Change change, long directory) throws IOException {
    Project project = volume.projects.get(new PathWalk(volume, change).inode(directory).project);
    return project != null && project.directory() == directory ? project : null;
  }

  // ---------------------------------------------------------------- tell

  @Nullable
  public QuotaStat of(String path) throws IOException {
    volume.ensureOpen();
    Optional<QuotaStat> stat =
        volume.tree.read(
            tree -> {
              PathWalk walk = new PathWalk(volume, tree);
              long inode = walk.walk(path, true).required().inode();
              return stat(tree, walk.inode(inode).project);
            });
    return stat.orElse(null);
  }

  public List<QuotaStat> all() throws IOException {
    volume.ensureOpen();
    List<QuotaStat> all = new ArrayList<>();
    for (Project project : volume.projects.all()) {
      volume.tree.read(tree -> stat(tree, project.id())).ifPresent(all::add);
    }
    return all;
  }

  /** Empty: there is no such project, or no more. */
  private Optional<QuotaStat> stat(Lookups tree, int id) throws IOException {
    Project project = volume.projects.get(id);
    return project == null
        ? Optional.empty()
        : Optional.of(
            new QuotaStat(
                id,
                path(tree, project.directory()),
                new Quota(project.limitBytes(), project.limitInodes()),
                project.usedBytes(),
                project.usedInodes()));
  }

  /** Where a directory is, from the root. */
  private String path(Lookups tree, long directory) throws IOException {
    StringBuilder path = new StringBuilder();
    PathWalk walk = new PathWalk(volume, tree);
    long at = directory;
    for (long depth = 0; at != Keys.ROOT; depth++) {
      long parent = walk.parent(at);
      if (depth > volume.inodeCount.get()) {
        throw new CorruptMetadataException(
            region, "directory " + directory, "has parents that never lead to the root");
      }
      path.insert(0, "/" + name(tree, parent, at));
      at = parent;
    }
    return path.isEmpty() ? "/" : path.toString();
  }

  private String name(Lookups tree, long parent, long inode) throws IOException {
    Item item = new Item();
    long hi = Keys.hi(parent, Keys.DIRENT);
    for (long at = 0; tree.ceiling(hi, at, item) && item.hi() == hi; at = item.lo() + 1) {
      DirentRecord entry = DirentRecord.of(region, item);
      if (entry.inode() == inode) {
        return entry.nameString();
      }
    }
    throw new CorruptMetadataException(
        region, "directory " + inode, "is in " + parent + ", which has no name for it");
  }
}
