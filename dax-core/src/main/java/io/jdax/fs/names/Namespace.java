package io.jdax.fs.names;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.CrossProjectException;
import io.jdax.fs.error.QuotaExceededException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeTable;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.names.PathWalk.Place;
import io.jdax.fs.quota.Project;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.fs.volume.Volume;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What changes names. Each operation walks, checks and updates in one change of the tree, which is
 * all the locking there is, and is durable on return.
 */
public final class Namespace {
  private final InodeTable inodes;
  private final Volume volume;
  private final String region;

  public Namespace(InodeTable inodes) {
    this.inodes = inodes;
    this.volume = inodes.volume;
    this.region = volume.region.name();
  }

  /** One operation under way. */
  private final class Operation {
    final Change change;
    final PathWalk walk;
    final Item item = new Item();
    final long now = CoarseClock.now();

    /** The project charged for the inode being made, or null. */
    private @Nullable Project gains;

    /** The project charged for the directory being removed, or null. */
    private @Nullable Project loses;

    private boolean losesRoot;

    Operation(Change change) {
      this.change = change;
      this.walk = new PathWalk(volume, change);
    }

    Directory directory(long inode) {
      return new Directory(volume, inode, item);
    }

    void put(long inode, InodeRecord r) throws IOException {
      change.put(Keys.hi(inode, Keys.INODE), 0, r.toBytes());
    }

    /** The directory has gained or lost names, and directories. */
    void changed(long directory, int names, int directories) throws IOException {
      InodeRecord r = walk.inode(directory);
      r.sizeBytes += names;
      r.links += directories;
      r.modified = now;
      r.changed = now;
      put(directory, r);
    }

    /** A new inode with a name. */
    long create(Place place, FileType type, InodeRecord r) throws IOException {
      long inode = volume.nextInode.incrementAndGet();
      if (volume.projects.isOn()) {
        r.project = walk.inode(place.directory()).project;
        gains = volume.projects.get(r.project);
      }
      put(inode, r);
      directory(place.directory()).add(change, new DirentRecord(inode, type, place.name()));
      changed(place.directory(), 1, type == FileType.DIRECTORY ? 1 : 0);
      return inode;
    }

    /** The inode that was made counts: the last that may be refused before the change is done. */
    void charge() throws QuotaExceededException {
      if (gains != null) {
        gains.chargeInode();
      }
    }

    /** Where something is to be made that is no directory; errors as mknod(2). */
    Place vacant(String path) throws IOException {
      PathEnd end = walk.end(path);
      Place place = walk.find(end).vacant();
      if (end.slash()) {
        throw new NoSuchFileException(path, null, "ends with a slash, but is not a directory");
      }
      return place;
    }

    /** Takes an empty directory's own items out. */
    void removeDirectory(long inode, String path) throws IOException {
      if (!directory(inode).isEmpty(change)) {
        throw new DirectoryNotEmptyException(path);
      }
      if (volume.projects.isOn()) {
        loses = volume.projects.get(walk.inode(inode).project);
        losesRoot = loses != null && loses.directory() == inode;
        if (losesRoot && loses != null) {
          Quotas.delete(volume, change, loses);
        }
      }
      change.deleteRange(Keys.hi(inode, 0), 0, Keys.hi(inode + 1, 0), 0);
    }

    /** The change is done: a directory that was removed counts no more. */
    void settle() {
      if (loses != null) {
        loses.addInodes(-1);
        if (losesRoot) {
          Quotas.forget(volume, loses);
        }
      }
    }

    /** Only a directory with a quota of its own takes that along. */
    void refuseCrossing(DirentRecord file, long directory, String from, String to)
        throws IOException {
      if (!volume.projects.isOn()) {
        return;
      }
      int project = walk.inode(file.inode()).project;
      int target = walk.inode(directory).project;
      if (project != target && !volume.projects.isRoot(project, file.inode())) {
        throw new CrossProjectException(from, to, project, target);
      }
    }

    /** One name of a file less. The inode is to be released when the change is done or undone. */
    Inode drop(long inode) throws IOException {
      InodeRecord r = walk.inode(inode);
      r.links--;
      r.changed = now;
      put(inode, r);
      if (r.links == 0) {
        change.put(Keys.ORPHANS, inode, new byte[0]);
      }
      return inodes.retain(inode);
    }
  }

  // ---------------------------------------------------------------- create

  /**
   * Makes an empty file where there is no name.
   *
   * @param seen the end of a walk to the path, which need not be gone again if nothing has changed
   * @param follow where a symbolic link at the end leads, else it counts as a name
   * @return it, to be released; or null if there is something already
   */
  @Nullable
  public Inode createFile(Place seen, boolean follow) throws IOException {
    volume.ensureWritable();
    Inode created = null;
    boolean done = false;
    long sequence;
    try (Change change = volume.change()) {
      Operation op = new Operation(change);
      Place place = change.isStill(seen.state()) ? seen : op.walk.walkToCreate(seen.path(), follow);
      if (place.entry() != null) {
        return null;
      }
      InodeRecord r = InodeRecord.create(FileType.REGULAR, 0644, 0, op.now);
      long inode = op.create(place, FileType.REGULAR, r);
      // To be released when the change is closed, also if it can't be read in: the last use of a
      // file
      // wants a change, and locks whose owners wait for one.
      created = inodes.retainNew(inode);
      created.openNew(r);
      op.charge();
      sequence = change.done();
      done = true;
      volume.inodeCount.incrementAndGet();
    } finally {
      if (!done && created != null) {
        inodes.releaseQuietly(created);
      }
    }
    commit(sequence, created);
    return created;
  }

  private void commit(long sequence, Inode created) throws IOException {
    boolean done = false;
    try {
      volume.tree.commit(sequence);
      done = true;
    } finally {
      if (!done) {
        inodes.releaseQuietly(created);
      }
    }
  }

  public void createDirectory(String path) throws IOException {
    volume.ensureWritable();
    long sequence;
    try (Change change = volume.change()) {
      Operation op = new Operation(change);
      Place place = op.walk.find(op.walk.end(path)).vacant();
      op.create(
          place,
          FileType.DIRECTORY,
          InodeRecord.create(FileType.DIRECTORY, 0755, place.directory(), CoarseClock.now()));
      op.charge();
      sequence = change.done();
      volume.inodeCount.incrementAndGet();
    }
    volume.tree.commit(sequence);
  }

  public void symlink(String target, String path) throws IOException {
    byte[] bytes = Utf8.encode(path, "what a symbolic link says", target, Limits.TARGET_BYTES);
    volume.ensureWritable();
    long sequence;
    try (Change change = volume.change()) {
      Operation op = new Operation(change);
      Place place = op.vacant(path);
      InodeRecord r = InodeRecord.create(FileType.SYMLINK, 0777, 0, CoarseClock.now());
      r.sizeBytes = bytes.length;
      long hi = Keys.hi(op.create(place, FileType.SYMLINK, r), Keys.SYMLINK);
      for (int at = 0; at < bytes.length; at += Limits.TARGET_PIECE_BYTES) {
        change.put(
            hi,
            at / Limits.TARGET_PIECE_BYTES,
            Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + Limits.TARGET_PIECE_BYTES)));
      }
      op.charge();
      sequence = change.done();
      volume.inodeCount.incrementAndGet();
    }
    volume.tree.commit(sequence);
  }

  /** A second name for a file or symbolic link. */
  public void link(String existing, String added) throws IOException {
    volume.ensureWritable();
    long sequence;
    try (Change change = volume.change()) {
      Operation op = new Operation(change);
      DirentRecord file = op.walk.walk(existing, false).required();
      Place place = op.vacant(added);
      if (file.type() == FileType.DIRECTORY) {
        throw new FileSystemException(existing, added, "a directory can have only one name");
      }
      op.refuseCrossing(file, place.directory(), existing, added);
      InodeRecord r = op.walk.inode(file.inode());
      r.links++;
      r.changed = op.now;
      op.put(file.inode(), r);
      op.directory(place.directory())
          .add(change, new DirentRecord(file.inode(), file.type(), place.name()));
      op.changed(place.directory(), 1, 0);
      sequence = change.done();
    }
    volume.tree.commit(sequence);
  }

  // ---------------------------------------------------------------- remove

  /** Takes the name of a file or symbolic link away. */
  public void unlink(String path) throws IOException {
    volume.ensureWritable();
    Inode dropped = null;
    boolean done = false;
    boolean last;
    long sequence;
    try {
      try (Change change = volume.changeFromReserve()) {
        Operation op = new Operation(change);
        PathEnd end = op.walk.end(path);
        Place place = op.walk.find(end);
        DirentRecord file = place.required();
        if (file.type() == FileType.DIRECTORY) {
          throw new FileSystemException(path, null, "is a directory");
        }
        refuseSlash(end);
        op.directory(place.directory()).remove(change, place.name());
        op.changed(place.directory(), -1, 0);
        dropped = op.drop(file.inode());
        last = op.walk.inode(file.inode()).links == 0;
        sequence = change.done();
      }
      done = true;
      if (last) {
        dropped.unlink();
      }
    } finally {
      if (dropped != null && !done) {
        inodes.releaseQuietly(dropped);
      }
    }
    commitAndRelease(sequence, dropped);
  }

  /**
   * Commits the unlink, then lets the inode go; the order does not matter. What goes wrong with the
   * file is not thrown: the name is gone, and a sync tries again.
   */
  private void commitAndRelease(long sequence, Inode dropped) throws IOException {
    try {
      volume.tree.commit(sequence);
    } finally {
      inodes.releaseQuietly(dropped);
    }
  }

  public void removeDirectory(String path) throws IOException {
    volume.ensureWritable();
    long sequence;
    try (Change change = volume.changeFromReserve()) {
      Operation op = new Operation(change);
      PathEnd end = op.walk.end(path);
      if (end.step().equals("..")) {
        throw new DirectoryNotEmptyException(path); // since the path leads through it
      }
      end.named();
      Place place = op.walk.find(end);
      DirentRecord directory = place.required();
      if (directory.type() != FileType.DIRECTORY) {
        throw new NotDirectoryException(path);
      }
      op.removeDirectory(directory.inode(), path);
      op.directory(place.directory()).remove(change, place.name());
      op.changed(place.directory(), -1, -1);
      sequence = change.done();
      op.settle();
    }
    volume.inodeCount.decrementAndGet();
    volume.tree.commit(sequence);
  }

  // ---------------------------------------------------------------- rename

  /** Moves a name; what had the new name loses it in the same moment. */
  public void rename(String from, String to) throws IOException {
    volume.ensureWritable();
    Inode dropped = null;
    boolean last = false;
    boolean done = false;
    boolean directoryGone = false;
    long sequence;
    try {
      try (Change change = volume.change()) {
        Operation op = new Operation(change);
        PathEnd sourceEnd = op.walk.end(from); // the order of refusals is that of the kernel
        PathEnd targetEnd = op.walk.end(to);
        sourceEnd.named();
        targetEnd.named();
        Place source = op.walk.find(sourceEnd);
        DirentRecord moved = source.required();
        Place target = op.walk.find(targetEnd);
        DirentRecord replaced = target.entry();
        boolean directory = moved.type() == FileType.DIRECTORY;
        if (directory) {
          if (isInside(op, target.directory(), moved.inode())) {
            throw new FileSystemException(from, to, "a directory can't move into itself");
          }
        } else {
          refuseSlash(sourceEnd);
          refuseSlash(targetEnd);
        }
        if (replaced != null) {
          if (replaced.inode() == moved.inode()) {
            return; // two names of one file: as rename(2), nothing
          }
          if (replaced.type() == FileType.DIRECTORY
              && isInside(op, source.directory(), replaced.inode())) {
            throw new DirectoryNotEmptyException(to); // at least what is moved is in it
          }
          refuseOtherKind(moved, replaced, to);
        }
        op.refuseCrossing(moved, target.directory(), from, to);
        Directory in = op.directory(target.directory());
        int names = 1;
        int directories = directory ? 1 : 0;
        DirentRecord entry = new DirentRecord(moved.inode(), moved.type(), target.name());
        if (replaced == null) {
          in.add(change, entry);
        } else {
          names = 0;
          if (directory) {
            op.removeDirectory(replaced.inode(), to);
            directoryGone = true;
            directories = 0;
          } else {
            dropped = op.drop(replaced.inode());
            last = op.walk.inode(replaced.inode()).links == 0;
          }
          in.replace(change, entry);
        }
        op.directory(source.directory()).remove(change, source.name());
        op.changed(source.directory(), -1, directory ? -1 : 0);
        op.changed(target.directory(), names, directories);
        InodeRecord r = op.walk.inode(moved.inode());
        r.changed = op.now;
        r.parent = directory ? target.directory() : 0;
        op.put(moved.inode(), r);
        sequence = change.done();
        op.settle();
      }
      done = true;
      if (dropped != null && last) {
        dropped.unlink();
      }
    } finally {
      if (dropped != null && !done) {
        inodes.releaseQuietly(dropped);
      }
    }
    if (directoryGone) {
      volume.inodeCount.decrementAndGet();
    }
    if (dropped == null) {
      volume.tree.commit(sequence);
    } else {
      commitAndRelease(sequence, dropped);
    }
  }

  private static void refuseOtherKind(DirentRecord moved, DirentRecord replaced, String to)
      throws IOException {
    if (moved.type() == FileType.DIRECTORY && replaced.type() != FileType.DIRECTORY) {
      throw new NotDirectoryException(to);
    }
    if (moved.type() != FileType.DIRECTORY && replaced.type() == FileType.DIRECTORY) {
      throw new FileSystemException(to, null, "a directory can only be replaced by a directory");
    }
  }

  /** Only a directory's name may be followed by a slash. */
  private static void refuseSlash(PathEnd end) throws NotDirectoryException {
    if (end.slash()) {
      throw new NotDirectoryException(end.path());
    }
  }

  /**
   * Whether a directory is another one, or somewhere below it. Whoever makes an inode counts it
   * before its change ends, so that no way is longer than what is counted.
   */
  private boolean isInside(Operation op, long directory, long other) throws IOException {
    long at = directory;
    for (long depth = 0; at != other; depth++) {
      if (at == Keys.ROOT) {
        return false;
      }
      if (depth > volume.inodeCount.get()) {
        throw new CorruptMetadataException(
            region, "directory " + directory, "has parents that never lead to the root");
      }
      at = op.walk.parent(at);
    }
    return true;
  }

  @Override
  public String toString() {
    return "Namespace[" + region + "]";
  }
}
