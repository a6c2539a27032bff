package io.jdax.fs.quota;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.error.QuotaExceededException;
import org.jspecify.annotations.Nullable;

/**
 * What an open file counts for: its blocks, and those set aside for it by calls under way. Knows
 * the number also while the file is in no project, so that all of it moves at once when its tree
 * gets one, without a stop of those who store.
 */
public final class Account {
  @GuardedBy("this")
  private @Nullable Project project;

  @GuardedBy("this")
  private long blocks;

  /**
   * @param project that {@code blocks} count for already; null: none
   */
  public Account(@Nullable Project project, long blocks) {
    this.project = project;
    this.blocks = blocks;
  }

  /**
   * Counts blocks that are to be taken or reserved: all or none.
   *
   * @throws QuotaExceededException the limit does not allow them; nothing has changed
   */
  public synchronized void charge(long count) throws QuotaExceededException {
    if (project != null && count > 0) {
      project.charge(count);
    }
    blocks += count;
  }

  /** As many of {@code count} as the limit allows: how many. */
  public synchronized long chargeUpTo(long count) {
    long got = project == null || count <= 0 ? count : project.chargeUpTo(count);
    blocks += got;
    return got;
  }

  /** Blocks that are given back, or were not wanted. */
  public synchronized void refund(long count) {
    if (project != null) {
      project.addBlocks(-count);
    }
    blocks -= count;
    assert blocks >= 0 : "more blocks are given back than were counted: " + blocks;
  }

  /** From now on it counts for another project, or none; limits are not asked. */
  public synchronized void moveTo(@Nullable Project other) {
    if (project != null) {
      project.addBlocks(-blocks);
    }
    if (other != null) {
      other.addBlocks(blocks);
    }
    project = other;
  }

  /** Blocks that it counts for now. */
  public synchronized long blocks() {
    return blocks;
  }
}
