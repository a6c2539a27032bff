package io.jdax.fs.file;

import io.jdax.fs.format.ExtentItems;
import io.jdax.fs.tree.Change;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import java.io.IOException;

/** The extents of one file as the tree has them, which can be made those of a map. */
public final class TreeExtents extends ExtentItems {
  private int mirrored;

  public TreeExtents(Volume volume, long inode) {
    super(volume.region.name(), volume.units, volume.space.totalFrames(), inode);
  }

  /**
   * Makes the tree say about a range what a map says, as far as a number of extents and holes goes.
   *
   * @return where it has stopped: {@code end}, or before
   */
  long mirror(Change change, ExtentMap map, long first, long end, int limit) throws IOException {
    BlockExtent run = new BlockExtent();
    long stop = end;
    int seen = 0;
    for (long at = first; at < end; at = run.endBlock()) {
      if (seen == limit) {
        stop = at;
        break;
      }
      map.find(at, run);
      seen++;
    }
    mirrored = seen;
    cut(change, first, stop);
    for (long at = first; at < stop; at = run.endBlock()) {
      map.find(at, run);
      if (run.state != ExtentState.HOLE) {
        long to = Math.min(stop, run.endBlock());
        long unwritten = run.state == ExtentState.UNWRITTEN ? 1 : 0;
        add(change, at, to - at, run.deviceBlockOf(at) << 1 | unwritten);
      }
    }
    return stop;
  }

  /** How many extents and holes the last {@link #mirror} went over. */
  int mirrored() {
    return mirrored;
  }
}
