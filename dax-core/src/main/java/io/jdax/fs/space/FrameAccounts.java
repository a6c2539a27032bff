package io.jdax.fs.space;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many frames of a device are free, and what for.
 *
 * <pre>
 *   free = reserved for changes under way
 *        + promised   nodes that accepted stores will need to be recorded in   (promise … recorded)
 *        + reserve    nodes with which space can be given back when all else is used
 *        + usable     what an allocation of data, or a change that grows the tree, may have
 * </pre>
 *
 * <p>Whoever takes frames leaves a floor that depends on the purpose. A promise raises the floor
 * before it looks at what is left, and a taker of data looks at the floor again after it has taken,
 * so that of two at the same time one sees the other.
 *
 * <p>Any thread may call.
 */
final class FrameAccounts {
  /** How many extents a node has room for when it is half full, at least. */
  static final int ITEMS_PER_NODE = 32;

  private static final int MIN_RESERVE_FRAMES = 64;
  private static final int MAX_RESERVE_FRAMES = 4096;

  private final long totalFrames;
  private final long reserveFrames;

  /** Free frames that nobody has reserved by count. */
  private final AtomicLong unreservedFrames;

  private final AtomicLong promisedItems = new AtomicLong();

  /** How many nodes the tree has, all of which may be leaves that the next item splits. */
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
    if (treeNodes != count) { // since a volatile store waits for the stores before it
      treeNodes = count;
    }
  }

  /** Promises room for items if there is enough; if not, promises nothing and returns false. */
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

  /** How many frames a taker that may use the reserve can have now. */
  long unreservedFrames() {
    return unreservedFrames.get();
  }

  /** How many frames a taker that leaves a floor can have now. */
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
   * By how many nodes the tree grows at most when it gets so many items: each full leaf may split
   * for a single item, and has room for as many as half a leaf holds after that.
   */
  private long growth(long items) {
    return Math.min(items, treeNodes) + nodesFor(items);
  }

  /** How many nodes so many items take. */
  static long nodesFor(long items) {
    return (items + ITEMS_PER_NODE - 1) / ITEMS_PER_NODE;
  }
}
