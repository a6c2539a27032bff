package io.jdax.fs.file;

import static io.jdax.fs.space.Space.HUGE_FRAMES;

import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.RunAhead;
import io.jdax.fs.space.Space;
import org.jspecify.annotations.Nullable;

/**
 * What a file that is appended to keeps for its next blocks, so that files which are written side
 * by side are not interleaved (XFS's speculative preallocation, though nothing of it is in a record
 * or in the extent map). It counts as free, for everybody and every quota, and whoever finds no
 * other frame takes it: {@link RunAhead}.
 *
 * <pre>
 *   kept        by a write that makes the file longer and begins where the one before it ended, or by any that makes
 *               it longer if there is an extent-size hint
 *   how much    as much as the file has, from 1 MiB to 64 MiB, if the device has plenty; with a hint the rest of the
 *               aligned window
 *   used        by all that wants a block for the page that comes next
 *   given back  at the last close, by a truncate or punch of what precedes it, when a page further on gets a block,
 *               when the file goes to the tier or leaves it, when the file system becomes read-only, and when other
 *               frames have run out
 * </pre>
 */
public final class StorageAhead {
  private static final long LEAST_FRAMES = 256;
  private static final long MOST_FRAMES = 1 << 14;

  private final InodeFacts inode;
  private final Space space;

  /** Of whole pages, whatever the size of blocks; or null as long as the file has kept nothing. */
  private volatile @Nullable RunAhead run;

  /**
   * By how much the number of a frame of the run is larger than that of its page in the file. In
   * place it is changed with {@link DirectBlocks#conversion} held exclusively; of two threads that
   * write the file back, one may find the other's. Then the run is of no use, and no harm: its
   * frames are as good as any.
   */
  private volatile long shift;

  /** Where the last write that made the file longer has ended; with {@link InodeFacts#writers}. */
  private long grownTo = -1;

  /** Whether the write that is under way goes on from the one before it; as {@link #grownTo}. */
  private volatile boolean appends;

  StorageAhead(InodeFacts inode) {
    this.inode = inode;
    this.space = inode.volume.space;
  }

  // ---------------------------------------------------------------- writes

  /**
   * A write that makes the file longer begins; nothing has changed. The caller has {@link
   * InodeFacts#writers}.
   *
   * @return whether it is to keep storage ahead: for {@link #takeOrKeep}
   */
  public boolean begin(long offset, long size) {
    boolean goesOn = offset == size && offset == grownTo;
    if (appends != goesOn) { // a volatile store waits for the stores before it
      appends = goesOn;
    }
    boolean keeps = goesOn || hintPages() > 1;
    if (keeps && run == null) {
      run = new RunAhead();
    }
    return keeps;
  }

  /** It has made the file so long. */
  public void grown(long end) {
    grownTo = end;
  }

  // ---------------------------------------------------------------- blocks

  /**
   * Whether a page is the next that has its block here. If it comes later, the file goes on
   * elsewhere, and nothing is kept any more: a block near to those before it is better than one
   * that nobody wants.
   */
  boolean isNext(long page) {
    RunAhead ahead = run;
    long count = ahead == null ? 0 : ahead.frames();
    if (ahead == null || count == 0) {
      return false;
    }
    long skipped = page + shift - ahead.first();
    if (skipped > 0 && skipped < count) {
      space.giveBackAhead(ahead);
    }
    return skipped == 0;
  }

  /**
   * Takes at least one and at most {@code count} blocks for a page and those after it, which the
   * caller has reserved.
   *
   * @return false if there are none for it
   */
  boolean take(long page, long count, BlockRun out) {
    RunAhead ahead = run;
    return ahead != null && isNext(page) && space.takeAhead(ahead, page + shift, count, out);
  }

  /**
   * As {@link #takeOrKeep}, for whoever writes back what was written before, and so does not know
   * what it was: more is kept as long as the file is appended to, for what goes on from a block.
   * Takes no lock but that of {@link Space}.
   */
  public void takeForWriteback(long page, long count, long goal, BlockRun out) {
    if (appends && goal >= 0) {
      takeOrKeep(page, count, goal, out);
    } else {
      takeOrAllocate(page, count, goal, out);
    }
  }

  /**
   * As {@link #takeOrKeep}, and keeps no more.
   *
   * @param goal the block to begin with if there are none here, or −1 for no preference
   */
  void takeOrAllocate(long page, long count, long goal, BlockRun out) {
    if (!take(page, count, out)) {
      space.allocateReserved(count, goal, out);
    }
  }

  /**
   * Takes at least one and at most {@code count} blocks, which the caller has reserved: from here,
   * after keeping more if need be, or from anywhere. The caller has {@link DirectBlocks#conversion}
   * exclusively, and is the write that {@link #begin} was asked for.
   *
   * @param goal the block to begin with if possible, or −1 for no preference
   */
  void takeOrKeep(long page, long count, long goal, BlockRun out) {
    if (!take(page, count, out) && !(keep(page, count, goal) && take(page, count, out))) {
      space.allocateReserved(count, goal, out);
    }
  }

  private boolean keep(long page, long count, long goal) {
    RunAhead ahead = run;
    if (ahead == null || !keep(ahead, page, count, goal)) {
      return false;
    }
    long first = ahead.first();
    boolean some = ahead.frames() > 0; // or somebody had no others, and took them
    if (some) {
      shift = first - page;
    }
    return some;
  }

  private boolean keep(RunAhead ahead, long page, long count, long goal) {
    int hint = hintPages();
    long window = hint - page % Math.max(hint, 1);
    if (hint >= HUGE_FRAMES && page % HUGE_FRAMES == 0 && window >= HUGE_FRAMES) {
      return space.keepHugeAhead(ahead, goal) || space.keepAhead(ahead, window, count, goal);
    }
    long many = Math.clamp(page, LEAST_FRAMES, MOST_FRAMES);
    if (hint >= HUGE_FRAMES || !appends) {
      many = window; // so that the next one begins where it should
    }
    return many > count && space.keepAhead(ahead, many, count, goal);
  }

  /** An extent-size hint has no effect where blocks are smaller than pages. */
  private int hintPages() {
    return inode.volume.units.blocksPerPageShift == 0 ? inode.hintBlocks() : 0;
  }

  // ---------------------------------------------------------------- the end of it

  /** The file loses the blocks {@code [first, end)}: what goes on from them is given back. */
  void cut(long first, long end) {
    RunAhead ahead = run;
    if (ahead != null && ahead.frames() > 0) {
      long next = inode.volume.units.blocksOf(ahead.first() - shift);
      if (first < next && next <= end) {
        giveBack();
      }
    }
  }

  /** Keeps nothing until the file is appended to again. */
  void giveBack() {
    RunAhead ahead = run;
    if (ahead != null) {
      space.giveBackAhead(ahead);
    }
  }

  /** How many blocks are kept; racy. */
  public long blocks() {
    RunAhead ahead = run;
    return ahead == null ? 0 : ahead.frames();
  }
}
