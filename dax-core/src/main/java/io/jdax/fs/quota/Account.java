package io.jdax.fs.quota;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.error.QuotaExceededException;
import org.jspecify.annotations.Nullable;

/**
 * What an open file adds to its project: its blocks, and those set aside for it by calls under way.
 * Knows their number also while the file is in no project, so that all of it moves at once when its
 * directory tree gets one, without stopping threads that store.
 */
public final class Account {
  @GuardedBy("this")
  private @Nullable Project project;

  @GuardedBy("this")
  private long blocks;

  /**
   * An account of a file whose blocks are counted already.
   *
   * @param project the project that {@code blocks} count for, or null if it is in none
   * @param blocks how many blocks it has
   */
  public Account(@Nullable Project project, long blocks) {
    this.project = project;
    this.blocks = blocks;
  }

  /**
   * Counts blocks that will be taken or reserved: all or none.
   *
   * @throws QuotaExceededException the limit does not allow them; nothing has changed
   */
  public synchronized void charge(long count) throws QuotaExceededException {
    if (project != null && count > 0) {
      project.charge(count);
    }
    blocks += count;
  }

  /** Counts as many of {@code count} blocks as the limit allows, and returns how many. */
  public synchronized long chargeUpTo(long count) {
    long got = project == null || count <= 0 ? count : project.chargeUpTo(count);
    blocks += got;
    return got;
  }

  /** Uncounts blocks that are given back, or were not needed. */
  public synchronized void refund(long count) {
    if (project != null) {
      project.addBlocks(-count);
    }
    blocks -= count;
    assert blocks >= 0 : "more blocks are given back than were counted: " + blocks;
  }

  /**
   * Lets the file count for another project from now on. Limits are not asked.
   *
   * @param other or null for none
   */
  public synchronized void moveTo(@Nullable Project other) {
    if (project != null) {
      project.addBlocks(-blocks);
    }
    if (other != null) {
      other.addBlocks(blocks);
    }
    project = other;
  }

  /** How many blocks are counted now. */
  public synchronized long blocks() {
    return blocks;
  }
}
