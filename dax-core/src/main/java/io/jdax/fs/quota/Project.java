package io.jdax.fs.quota;

import io.jdax.fs.error.QuotaExceededException;
import io.jdax.fs.error.QuotaExceededException.Resource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A directory tree with limits, and what counts for it. A charge is all or nothing, so that what
 * was accepted never exceeds a limit. But a limit may be set below what is there, and then nothing
 * more is accepted.
 */
public final class Project {
  /** The highest id; the lowest is 1. */
  public static final int MAX_ID = Integer.MAX_VALUE;

  private final String region;
  private final int blockBytes;
  private final int id;
  private final long directory;
  private final AtomicLong blocks = new AtomicLong();
  private final AtomicLong inodes = new AtomicLong();
  private volatile long limitBytes;
  private volatile long limitInodes;

  Project(String region, int blockBytes, int id, long directory) {
    this.region = region;
    this.blockBytes = blockBytes;
    this.id = id;
    this.directory = directory;
  }

  /** Number of the project. */
  public int id() {
    return id;
  }

  /** Number of the inode of the directory that is its root. */
  public long directory() {
    return directory;
  }

  /** How many bytes of blocks it may have, or 0 for no limit. */
  public long limitBytes() {
    return limitBytes;
  }

  /**
   * How many files, directories and symbolic links it may have, including the root, or 0 for no
   * limit.
   */
  public long limitInodes() {
    return limitInodes;
  }

  /** Sets both limits, whatever counts already; 0 for no limit. */
  public void setLimits(long bytes, long inodes) {
    limitBytes = bytes;
    limitInodes = inodes;
  }

  /** How many bytes of blocks count for it. */
  public long usedBytes() {
    return blocks.get() * blockBytes;
  }

  /** How many files, directories and symbolic links count for it. */
  public long usedInodes() {
    return inodes.get();
  }

  /**
   * Counts one more inode.
   *
   * @throws QuotaExceededException it would be one too many; nothing has changed
   */
  public void chargeInode() throws QuotaExceededException {
    long limit = limitInodes;
    long max = limit == 0 ? Long.MAX_VALUE : limit;
    long used;
    do {
      used = inodes.get();
      if (used >= max) {
        throw refused(Resource.INODES, limit, used, 1);
      }
    } while (!inodes.compareAndSet(used, used + 1));
  }

  /** Counts so many blocks more, or fewer, whatever the limit is. */
  public void addBlocks(long count) {
    long now = blocks.addAndGet(count);
    assert now >= 0 : this;
  }

  /** Counts so many inodes more, or fewer, whatever the limit is. */
  public void addInodes(long count) {
    long now = inodes.addAndGet(count);
    assert now >= 0 : this;
  }

  /** Counts so many blocks more: all or none. */
  void charge(long count) throws QuotaExceededException {
    long limit = limitBytes;
    long max = limitBlocks(limit);
    long used;
    do {
      used = blocks.get();
      if (count > max - used) {
        throw refused(Resource.BYTES, limit, used * blockBytes, count * blockBytes);
      }
    } while (!blocks.compareAndSet(used, used + count));
  }

  /** Counts as many of {@code count} blocks as the limit allows, and returns how many. */
  long chargeUpTo(long count) {
    long max = limitBlocks(limitBytes);
    long used;
    long got;
    do {
      used = blocks.get();
      got = Math.clamp(max - used, 0, count);
    } while (!blocks.compareAndSet(used, used + got));
    return got;
  }

  private long limitBlocks(long bytes) {
    return bytes == 0 ? Long.MAX_VALUE : bytes / blockBytes;
  }

  private QuotaExceededException refused(Resource resource, long limit, long used, long wanted) {
    return new QuotaExceededException(region, id, directory, resource, limit, used, wanted);
  }

  @Override
  public String toString() {
    return "Project[%d, %d of %d bytes, %d of %d inodes]"
        .formatted(id, usedBytes(), limitBytes, usedInodes(), limitInodes);
  }
}
