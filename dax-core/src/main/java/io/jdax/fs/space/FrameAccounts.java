package io.jdax.fs.space;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many frames of a device are free, and who may have them.
 *
 * <pre>
 *   free = reserved for changes under way
 *        + promised   nodes that accepted stores will need to be recorded in   (promise … recorded)
 *        + reserve    nodes with which space can be given back when all else is used
 *        + usable     what an allocation of data, or a change that grows the tree, may have
 * </pre>
 *
 * <p>Whoever takes frames leaves a floor that depends on the purpose. A promise that is made at the
 * same time raises the floor before it looks at what is left, and a taker of data looks at the
 * floor again after it has taken: so that one of the two sees the other.
 *
 * <p>Any thread may call.
 */
final class FrameAccounts {
  /** Extents, at least, that a node has room for when it is half full. */
  static final int ITEMS_PER_NODE = 32;

  private static final int MIN_RESERVE_FRAMES = 64;
  private static final int MAX_RESERVE_FRAMES = 4096;

  private final long totalFrames;
  private final long reserveFrames;

  /** Free frames that nobody has reserved by count. */
  private final AtomicLong unreservedFrames;

  private final AtomicLong promisedItems = new AtomicLong();

  /** Nodes of the tree: so many leaves may be full, and split by the first item that they get. */
  private volatile long treeNodes;

  FrameAccounts(long frames) {
    totalFrames = frames;
    unreservedFrames = new AtomicLong(frames);
    reserveFrames =
        Math.min(Math.clamp(frames / 64, MIN_RESERVE_FRAMES, MAX_RESERVE_FRAMES), frames / 4);
  }

  // ---------------------------------------------------------------- taking

  /** Takes frames for data: all, or none. */
  boolean takeForData(long frames) {
    while (take(frames, dataFloor())) {
      if (isAboveFloor()) {
        return true;
      }
      giveBack(frames);
    }
    return false;
  }

  /** Takes as many frames for data as there are, at most {@code frames}, and tells how many. */
  long takeForDataUpTo(long frames) {
    while (true) {
      long now = unreservedFrames.get();
      long granted = Math.min(frames, now - dataFloor());
      if (granted <= 0) {
        return 0;
      }
      if (unreservedFrames.compareAndSet(now, now - granted)) {
        if (isAboveFloor()) {
          return granted;
        }
        giveBack(granted);
      }
    }
  }

  /** Takes frames, all or none, if a floor is left. */
  boolean take(long frames, long floor) {
    assert floor >= 0 : floor;
    while (true) {
      long now = unreservedFrames.get();
      if (now - frames < floor) {
        return false;
      }
      if (unreservedFrames.compareAndSet(now, now - frames)) {
        return true;
      }
    }
  }

  /** Takes frames that the mount has found in use, whatever is left. */
  void takeFound(long frames) {
    long left = unreservedFrames.addAndGet(-frames);
    assert left >= 0 : "more frames are in use than there are: " + left;
  }

  void giveBack(long frames) {
    if (frames != 0) {
      long now = unreservedFrames.addAndGet(frames);
      assert now <= totalFrames : "more frames are given back than were taken: " + now;
    }
  }

  // ---------------------------------------------------------------- promises

  void setTreeNodes(long count) {
    if (treeNodes != count) { // a volatile store waits for what was written before
      treeNodes = count;
    }
  }

  /** Promises room for items if there is any; else has promised nothing. */
  boolean promise(long items) {
    promisedItems.addAndGet(items);
    if (unreservedFrames.get() < dataFloor()) {
      promisedItems.addAndGet(-items);
      return false;
    }
    return true;
  }

  /** Promises room for items that were promised before the mount. */
  void promiseFound(long items) {
    promisedItems.addAndGet(items);
  }

  /** Ends a promise. */
  void recorded(long items) {
    if (items != 0) {
      long left = promisedItems.addAndGet(-items);
      assert left >= 0 : "more is recorded than was promised: " + left;
    }
  }

  long promisedItems() {
    return promisedItems.get();
  }

  // ---------------------------------------------------------------- figures

  /** Frames that whoever may use the reserve can have now. */
  long unreservedFrames() {
    return unreservedFrames.get();
  }

  /** Frames that can be had now if a floor is to be left. */
  long framesAbove(long floor) {
    return Math.max(0, unreservedFrames.get() - floor);
  }

  /** What takers of data and of growth leave untouched. */
  long dataFloor() {
    return reserveFrames + growth(promisedItems.get());
  }

  /** What a change that adds nodes leaves untouched: each makes what is promised dearer by one. */
  long growthFloor(int nodes) {
    return dataFloor() + Math.min(nodes, promisedItems.get());
  }

  private boolean isAboveFloor() {
    return unreservedFrames.get() >= dataFloor();
  }

  /**
   * By how many nodes the tree grows at most when it gets so many items: each leaf that is full may
   * split for a single one, and after that has room for as many as half a leaf holds.
   */
  private long growth(long items) {
    return Math.min(items, treeNodes) + nodesFor(items);
  }

  /** Nodes that hold so many items. */
  static long nodesFor(long items) {
    return (items + ITEMS_PER_NODE - 1) / ITEMS_PER_NODE;
  }
}
