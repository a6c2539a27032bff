package io.jdax.fs.file;

import io.jdax.fs.volume.Volume;
import java.io.IOException;

/**
 * Space that is set aside for one call: blocks, which count for the file's quota from then on, and
 * room in the tree for their records. What is asked for together is given as a whole, or refused;
 * what the call has not used goes back when this is closed. Does not wait for space.
 *
 * <p>The file system may get its first quotas while a call that holds no lock waits for something:
 * the blocks that it has set aside count from {@link #adopt} on.
 */
public final class Reservation implements AutoCloseable {
  private final InodeFacts inode;
  private final Volume volume;
  private long blocks;
  private long items;

  /** Whether the blocks count for somebody's quota. */
  private boolean charged;

  /** Nothing yet. */
  public Reservation(InodeFacts inode) {
    this.inode = inode;
    this.volume = inode.volume;
  }

  /**
   * Needs the invalidate lock shared.
   *
   * @throws io.jdax.fs.error.NoSpaceException there is not enough now
   * @throws io.jdax.fs.error.QuotaExceededException the file's quota does not allow it
   */
  static Reservation of(InodeFacts inode, long blocks, long items) throws IOException {
    Reservation made = new Reservation(inode);
    made.add(blocks, items);
    return made;
  }

  /**
   * Sets more aside. Needs the invalidate lock shared.
   *
   * @throws io.jdax.fs.error.NoSpaceException there is not enough now; nothing has changed
   * @throws io.jdax.fs.error.QuotaExceededException the file's quota does not allow it; nothing has
   *     changed
   */
  public void add(long moreBlocks, long moreItems) throws IOException {
    adopt();
    inode.charge(moreBlocks);
    boolean promised = false;
    boolean done = false;
    try {
      if (moreItems > 0) {
        volume.space.promise(moreItems);
      }
      promised = true;
      if (moreBlocks > 0) {
        volume.data.reserve(moreBlocks);
      }
      blocks += moreBlocks;
      items += moreItems;
      done = true;
    } finally {
      if (!done) {
        inode.refund(moreBlocks);
        volume.space.recorded(promised ? moreItems : 0);
      }
    }
  }

  /** What was set aside before counts from now on, if there are quotas by now. */
  public void adopt() {
    if (!charged && inode.account() != null) {
      inode.refund(-blocks);
      charged = true;
    }
  }

  /** Blocks that are left. */
  public long blocks() {
    return blocks;
  }

  /** Items that are left. */
  public long items() {
    return items;
  }

  /** So many blocks have become the file's. */
  public void taken(long count) {
    blocks -= count;
    assert blocks >= 0 : "blocks that were not set aside";
  }

  /** Undoes {@link #taken}; they are reserved again. */
  public void putBack(long count) {
    blocks += count;
  }

  /** Items are for records that the tree is to be told now, or, if negative, are free again. */
  public void spend(long wanted) {
    items -= wanted;
    assert items >= 0 : "records that nothing was promised for";
  }

  @Override
  public void close() {
    if (blocks > 0) {
      volume.data.unreserve(blocks);
    }
    if (charged) {
      inode.refund(blocks);
    }
    volume.space.recorded(items);
    blocks = 0;
    items = 0;
  }
}
