package io.jdax.fs.names;

import io.jdax.fs.facts.FileType;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeTable;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.quota.Account;
import io.jdax.fs.quota.Project;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.volume.Volume;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A directory and everything below it, on its way from one project to another, within one change.
 *
 * <pre>
 *   assign     all records tell the new project
 *   move       the change is done: what they use counts for it
 *   admitOpening   … and about to be closed
 *   release    the change is closed
 * </pre>
 *
 * <p>No file is opened meanwhile ({@link io.jdax.fs.quota.Projects#opening}): a file that is open
 * has an account, which knows what it uses, and of any other the tree knows.
 */
final class ProjectTree {
  /** Closed files and directories of one former project. */
  private static final class Sum {
    long blocks;
    long inodes;
  }

  private final InodeTable inodes;
  private final Volume volume;
  private final Change change;
  private final String path;
  private final PathWalk walk;
  private final Item item = new Item();
  private final long stamp;
  private final long top;
  private final ArrayDeque<Long> directories = new ArrayDeque<>();
  private final Map<Long, Integer> namesMissing = new HashMap<>();
  private final List<Inode> open = new ArrayList<>();
  private final Map<Integer, Sum> former = new HashMap<>();
  private @Nullable Project target;

  /**
   * @param path of the directory, for messages
   */
  ProjectTree(InodeTable inodes, Change change, String path, long directory) {
    this.inodes = inodes;
    this.volume = inodes.volume;
    this.change = change;
    this.path = path;
    this.top = directory;
    this.walk = new PathWalk(volume, change);
    // Nothing is modified yet, so that whoever opens a file can finish.
    this.stamp = volume.projects.opening().writeLock();
  }

  /**
   * Puts everything into a project, but for directories below that are the roots of others.
   *
   * @param project null: into none
   * @throws FileSystemException a file has a name elsewhere, and would belong to two
   */
  void assign(@Nullable Project project) throws IOException {
    target = project;
    add(top);
    while (!directories.isEmpty()) {
      entries(directories.pop());
    }
    for (Map.Entry<Long, Integer> file : namesMissing.entrySet()) {
      if (file.getValue() > 0) {
        throw new FileSystemException(
            path,
            null,
            "inode %d below it has %d names elsewhere, and can't count for two projects"
                .formatted(file.getKey(), file.getValue()));
      }
    }
  }

  private void entries(long directory) throws IOException {
    long hi = Keys.hi(directory, Keys.DIRENT);
    for (long at = 0; change.ceiling(hi, at, item) && item.hi() == hi; ) {
      DirentRecord entry = DirentRecord.of(volume.region.name(), item);
      at = item.lo() + 1;
      Integer missing = namesMissing.get(entry.inode());
      if (missing != null) {
        namesMissing.put(entry.inode(), missing - 1);
      } else {
        add(entry.inode());
      }
    }
  }

  private void add(long inode) throws IOException {
    InodeRecord r = walk.inode(inode);
    if (inode != top && volume.projects.isRoot(r.project, inode)) {
      return;
    }
    if (r.type == FileType.DIRECTORY) {
      directories.push(inode);
    } else if (r.links > 1) {
      namesMissing.put(inode, r.links - 1);
    }
    Sum sum = former.computeIfAbsent(r.project, p -> new Sum());
    sum.inodes++;
    if (r.type == FileType.REGULAR) {
      Inode file = inodes.retainIfOpen(inode);
      if (file != null) {
        open.add(file);
      }
      if (file == null || file.account() == null) {
        sum.blocks += blocks(inode);
      }
    }
    r.project = target == null ? 0 : target.id();
    change.put(Keys.hi(inode, Keys.INODE), 0, r.toBytes());
  }

  /** Of a file that nobody has open. */
  private long blocks(long inode) throws IOException {
    long blocks = 0;
    long hi = Keys.hi(inode, Keys.EXTENT);
    for (long at = 0; change.ceiling(hi, at, item) && item.hi() == hi; at = item.lo() + 1) {
      blocks += ExtentRecord.count(item);
    }
    return blocks;
  }

  /** What was assigned counts from now on. The change is done, and still open. */
  void move() {
    for (Inode inode : open) {
      Account account = inode.account();
      if (account != null) {
        account.moveTo(target);
      }
    }
    for (Map.Entry<Integer, Sum> e : former.entrySet()) {
      move(volume.projects.get(e.getKey()), -1, e.getValue());
      move(target, 1, e.getValue());
    }
  }

  private static void move(@Nullable Project project, int sign, Sum sum) {
    if (project != null) {
      project.addBlocks(sign * sum.blocks);
      project.addInodes(sign * sum.inodes);
    }
  }

  /**
   * Lets others open files. The change is still open, so that whoever reads a file in now waits for
   * its end, and sees all of it. Not later: the end may wait for another change, which may be one
   * that opens a file.
   */
  void admitOpening() {
    volume.projects.opening().unlockWrite(stamp);
  }

  /** Lets go of the open files. The change is closed, since the last use of a file wants one. */
  void release() {
    open.forEach(inodes::releaseQuietly);
  }
}
