package io.jdax.fs.names;

import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeTable;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Times;
import io.jdax.fs.tree.Change;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.fs.volume.Volume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What changes an inode that a path names, symbolic links followed: its record, and its extended
 * attributes. Each in one change of the tree, with the time of change, and durable on return.
 */
public final class InodeEdits {
  private final InodeTable inodes;
  private final Volume volume;

  public InodeEdits(InodeTable inodes) {
    this.inodes = inodes;
    this.volume = inodes.volume;
  }

  /** Changes a record. */
  public interface Edit {
    void apply(InodeRecord r);
  }

  /**
   * Changes what the record of a file or directory says, but for what an open file knows better.
   */
  public void record(String path, Edit edit) throws IOException {
    edit(
        path,
        Volume::changeFromReserve,
        (change, inode, r) -> {
          edit.apply(r);
          return true;
        });
  }

  /**
   * Sets the lower 12 bits of the mode.
   *
   * @throws IllegalArgumentException there are others
   */
  public void setPermissions(String path, int mode) throws IOException {
    if ((mode & ~07777) != 0) {
      throw new IllegalArgumentException(
          "mode 0" + Integer.toOctalString(mode) + ": must have 12 bits");
    }
    record(path, r -> r.permissions = mode);
  }

  /** Sets user and group. */
  public void setOwner(String path, int uid, int gid) throws IOException {
    record(
        path,
        r -> {
          r.uid = uid;
          r.gid = gid;
        });
  }

  // ---------------------------------------------------------------- times

  /** Sets times; null leaves one as it is. */
  public void setTimes(String path, @Nullable Instant modified, @Nullable Instant accessed)
      throws IOException {
    Long mtime = modified == null ? null : Times.checked(path, modified);
    Long atime = accessed == null ? null : Times.checked(path, accessed);
    volume.ensureWritable();
    boolean done = false;
    while (!done) {
      long inode =
          volume.tree.read(t -> new PathWalk(volume, t).walk(path, true).required().inode());
      Inode open = mtime == null ? null : inodes.retainIfOpen(inode);
      try {
        done = setTimes(path, inode, open, mtime, atime);
      } finally {
        if (open != null) {
          inodes.releaseQuietly(open);
        }
      }
    }
  }

  /**
   * An open file may have been stored to through mappings, which it does not know yet. That is
   * found first, and nothing is stored to or written back meanwhile: else the next fsync would find
   * it, and take it for what happened after the time was set.
   *
   * @return false if the path names something else by now
   */
  private boolean setTimes(
      String path, long inode, @Nullable Inode open, @Nullable Long mtime, @Nullable Long atime)
      throws IOException {
    if (open != null) {
      open.addressSpace.collect(); // most of it, while others go on
      open.addressSpace.invalidateLock().lockExclusive();
    }
    long sequence;
    try {
      if (open != null) {
        open.addressSpace.collect();
        open.fold(true); // what the log was told of earlier times counts no longer
      }
      sequence =
          change(
              path,
              Volume::changeFromReserve,
              (change, number, r) -> {
                if (number != inode) {
                  return false;
                }
                r.modified = mtime == null ? r.modified : mtime;
                r.accessed = atime == null ? r.accessed : atime;
                return true;
              });
    } finally {
      if (open != null) {
        open.addressSpace.invalidateLock().unlockExclusive();
      }
    }
    if (sequence < 0) {
      return false;
    }
    volume.tree.commit(sequence);
    return true;
  }

  // ---------------------------------------------------------------- extended attributes

  /** Sets an extended attribute. */
  public void setAttribute(String path, String name, byte[] value) throws IOException {
    edit(
        path,
        Volume::change,
        (change, inode, r) -> {
          new Attributes(volume, inode).set(change, path, name, value);
          return true;
        });
  }

  /**
   * Removes an extended attribute.
   *
   * @throws NoSuchFileException there is none of that name
   */
  public void removeAttribute(String path, String name) throws IOException {
    if (!edit(
        path,
        Volume::changeFromReserve,
        (change, inode, r) -> new Attributes(volume, inode).remove(change, path, name))) {
      throw new NoSuchFileException(path, null, "has no attribute " + name);
    }
  }

  // ---------------------------------------------------------------- the change

  /** What is done to an inode in a change; returns false if nothing is. */
  private interface Action {
    boolean run(Change change, long inode, InodeRecord r) throws IOException;
  }

  /** How a change begins: one that takes blocks for good asks for what is usable. */
  private interface Beginning {
    Change of(Volume volume) throws IOException;
  }

  private boolean edit(String path, Beginning beginning, Action action) throws IOException {
    volume.ensureWritable();
    long sequence = change(path, beginning, action);
    if (sequence < 0) {
      return false;
    }
    volume.tree.commit(sequence);
    return true;
  }

  /**
   * Runs an action in a change, and the record with it.
   *
   * @return for {@link io.jdax.fs.tree.CowTree#commit}, or −1 if nothing has changed
   */
  private long change(String path, Beginning beginning, Action action) throws IOException {
    try (Change change = beginning.of(volume)) {
      PathWalk walk = new PathWalk(volume, change);
      long inode = walk.walk(path, true).required().inode();
      InodeRecord r = walk.inode(inode);
      r.changed = CoarseClock.now();
      if (!action.run(change, inode, r)) {
        return -1;
      }
      change.put(Keys.hi(inode, Keys.INODE), 0, r.toBytes());
      return change.done();
    }
  }
}
