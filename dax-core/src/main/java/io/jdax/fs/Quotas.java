package io.jdax.fs;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.quota.Project;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.SuperblockInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets, clears and tells the limits of directory trees (XFS's project quota). Every inode's record
 * tells its project; what is made inherits that of its directory.
 *
 * <p>A tree gets a project in one change, records and limits: a crash leaves all of it or nothing.
 */
final class Quotas {
  private static final int ATTEMPTS = 100;

  private final Volume volume;
  private final String region;

  /** Every open file has an account. */
  private boolean allCounted; // guarded by this

  Quotas(Volume volume) {
    this.volume = volume;
    this.region = volume.region.name();
  }

  // ---------------------------------------------------------------- set, clear

  void set(String path, Quota limits) throws IOException {
    volume.ensureWritable();
    countOpenFiles();
    if (change(path, limits)) {
      return;
    }
    try {
      begin(path, limits);
    } catch (NoSpaceException e) {
      volume.reclaim();
      begin(path, limits);
    }
  }

  /** Other limits for a directory that has some, also on a full device; false: it has none. */
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

  /** Limits for a directory that had none, or mostly. */
  private void begin(String path, Quota limits) throws IOException {
    long sequence;
    ProjectTree tree = null;
    try {
      try (Change change = volume.change()) {
        long directory = directory(change, path);
        Project project = ownProject(change, directory);
        if (project == null) {
          project = volume.projects.create(volume.projects.freshId(), directory);
          tree = new ProjectTree(volume, change, path, directory);
          tree.assign(project);
        }
        put(change, project, limits);
        sequence = change.done();
        project.setLimits(limits.limitBytes(), limits.limitInodes());
        if (tree != null) {
          volume.projects.add(project);
          volume.tree.setIncompatible(SuperblockInfo.QUOTAS, true);
          tree.move();
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

  void clear(String path) throws IOException {
    volume.ensureWritable();
    try {
      clearOnce(path);
    } catch (NoSpaceException e) {
      volume.reclaim();
      clearOnce(path);
    }
  }

  private void clearOnce(String path) throws IOException {
    long sequence;
    ProjectTree tree = null;
    try {
      try (Change change = volume.change()) {
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
        tree = new ProjectTree(volume, change, path, directory);
        tree.assign(around);
        change.delete(Keys.QUOTAS, project.id());
        sequence = change.done();
        tree.move();
        forget(volume, project);
      }
    } finally {
      if (tree != null) {
        tree.release();
      }
    }
    volume.tree.commit(sequence);
  }

  /** The caller's change, which is done, has taken the project's limits out of the tree. */
  static void forget(Volume volume, Project project) {
    volume.projects.remove(project);
    project.setLimits(0, 0);
    if (volume.projects.isEmpty()) {
      volume.tree.setIncompatible(SuperblockInfo.QUOTAS, false);
    }
  }

  /** Files that were opened when there was no quota get accounts: what they have is known then. */
  private synchronized void countOpenFiles() throws IOException {
    if (allCounted) {
      return;
    }
    volume.projects.turnOn();
    volume.inodes.forEach(Inode::count);
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

  @Nullable QuotaStat of(String path) throws IOException {
    PathWalk walk = new PathWalk(volume, volume.tree);
    Item item = new Item();
    for (int i = 0; i < ATTEMPTS; i++) {
      long inode = walk.walk(path, true).required().inode();
      if (volume.tree.get(Keys.hi(inode, Keys.INODE), 0, item)) {
        Project project = volume.projects.get(InodeRecord.of(region, item).project);
        return project == null ? null : stat(project);
      }
      // The name went away meanwhile, and its inode with it: what has the name now?
    }
    throw new CorruptMetadataException(region, path, 0, "names an inode that is not in the tree");
  }

  List<QuotaStat> all() throws IOException {
    List<QuotaStat> all = new ArrayList<>();
    for (Project project : volume.projects.all()) {
      QuotaStat stat = stat(project);
      if (stat != null) {
        all.add(stat);
      }
    }
    return all;
  }

  /** Again if a directory above was moved meanwhile; null: it is no more. */
  private @Nullable QuotaStat stat(Project project) throws IOException {
    String path = null;
    for (int i = 0; path == null && i < ATTEMPTS; i++) {
      if (volume.projects.get(project.id()) == null) {
        return null;
      }
      path = path(project.directory());
    }
    return new QuotaStat(
        project.id(),
        path == null ? "inode " + project.directory() : path,
        new Quota(project.limitBytes(), project.limitInodes()),
        project.usedBytes(),
        project.usedInodes());
  }

  /** Where a directory is, from the root; null: it was moved or removed meanwhile. */
  private @Nullable String path(long directory) throws IOException {
    StringBuilder path = new StringBuilder();
    Item item = new Item();
    long at = directory;
    for (long depth = 0; at != Keys.ROOT; depth++) {
      if (!volume.tree.get(Keys.hi(at, Keys.INODE), 0, item)) {
        return null;
      }
      long parent = InodeRecord.of(region, item).parent;
      String name = name(parent, at, item);
      if (name == null) {
        return null;
      }
      if (depth > volume.inodeCount.get()) {
        throw new CorruptMetadataException(
            region, "directory " + directory, 0, "has a way to the root that never ends");
      }
      path.insert(0, "/" + name);
      at = parent;
    }
    return path.isEmpty() ? "/" : path.toString();
  }

  private @Nullable String name(long parent, long inode, Item item) throws IOException {
    long hi = Keys.hi(parent, Keys.DIRENT);
    for (long at = 0; volume.tree.ceiling(hi, at, item) && item.hi() == hi; at = item.lo() + 1) {
      DirentRecord entry = DirentRecord.of(region, item);
      if (entry.inode() == inode) {
        return new String(entry.name(), StandardCharsets.UTF_8);
      }
    }
    return null;
  }
}
