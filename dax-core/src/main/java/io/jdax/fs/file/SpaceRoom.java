package io.jdax.fs.file;

import io.jdax.fs.space.BlockRun;
import java.io.IOException;

/**
 * Blocks for pages that lie in place, by count, and tree items for their records, set aside for one
 * call: all of it, or nothing. What is not used goes back when it is closed.
 */
final class SpaceRoom implements AutoCloseable {
  private final InodeFacts inode;
  private long blocks;
  private long charged;
  private long items;

  private SpaceRoom(InodeFacts inode) {
    this.inode = inode;
  }

  /**
   * @throws io.jdax.fs.error.NoSpaceException there is not enough now
   * @throws io.jdax.fs.error.QuotaExceededException the file's quota does not allow it
   */
  static SpaceRoom of(InodeFacts inode, long blocks, long items) throws IOException {
    SpaceRoom room = new SpaceRoom(inode);
    boolean done = false;
    try {
      inode.charge(blocks);
      room.charged = blocks;
      inode.volume.data.reserve(blocks);
      room.blocks = blocks;
      inode.volume.space.promise(items);
      room.items = items;
      done = true;
      return room;
    } finally {
      if (!done) {
        room.close();
      }
    }
  }

  /** Takes at least one and at most {@code count} blocks. */
  void take(long count, long goal, BlockRun out) {
    inode.volume.data.allocatePages(count, goal, out);
    blocks -= out.count();
    charged -= out.count();
  }

  /** Undoes {@link #take}. */
  void putBack(BlockRun taken) {
    inode.volume.data.freeReserved(taken.start(), taken.count());
    blocks += taken.count();
    charged += taken.count();
  }

  void spend(long wanted) {
    items -= wanted;
    assert items >= 0 : "records that nothing was promised for";
  }

  @Override
  public void close() {
    if (blocks > 0) {
      inode.volume.data.unreserve(blocks);
    }
    inode.refund(charged);
    inode.volume.space.recorded(items);
    blocks = 0;
    charged = 0;
    items = 0;
  }
}
