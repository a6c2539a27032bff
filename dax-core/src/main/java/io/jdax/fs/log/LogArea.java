package io.jdax.fs.log;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.LogStatistics;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.CommitFollower;
import io.jdax.fs.space.Space;
import io.jdax.fs.tree.LogPlace;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/**
 * The log of one mount: its frames, and what has become of them. A file system that has none, since
 * it is too small or was mounted for reading only, has one without frames, so that every note goes
 * to the tree at once.
 */
public final class LogArea {
  /** A log takes one frame for so many of the device. */
  static final int DEVICE_FRAMES_PER_FRAME = 128;

  /** Frames of the largest log: a mount has to read all of it. */
  static final int MAX_FRAMES = 512;

  /** Frames of the smallest log. Without one, what has to survive is committed at once. */
  static final int MIN_FRAMES = 4;

  /** Without a frame, so that nothing can be told to it. */
  public static final LogArea NONE = new LogArea();

  final MemorySegment memory;
  final LogFrames frames;
  private final LogPlace place;
  private final long fileSystemId;

  /** Called when half of the frames are taken; never waits. */
  private volatile Runnable halfTaken = () -> {};

  private final AtomicLong extentRecords = new AtomicLong();
  private final AtomicLong sizeRecords = new AtomicLong();
  private final AtomicLong timeRecords = new AtomicLong();
  private final AtomicLong framesTaken = new AtomicLong();
  private final AtomicLong flushes = new AtomicLong();
  private final AtomicLong folds = new AtomicLong();
  private final AtomicLong notesToTree = new AtomicLong();

  private LogArea() {
    this.memory = MemorySegment.NULL;
    this.place = LogPlace.NONE;
    this.fileSystemId = 0;
    this.frames = new LogFrames(0);
  }

  /**
   * The log of a life that has begun. Its frames are fetched, so that lines can be stored to.
   *
   * @throws IOException a device can't be read
   */
  public LogArea(Persister persister, SuperblockInfo info) throws IOException {
    this.memory = persister.region().segment();
    this.place = persister.readOnly() ? LogPlace.NONE : info.log();
    this.fileSystemId = info.fileSystemId();
    this.frames = new LogFrames(place.frames());
    persister.fetch(Pages.bytes(place.firstFrame()), Pages.bytes(place.frames()));
  }

  /**
   * Takes frames for a log, which is small, by the size of the device.
   *
   * @return its place in no life yet; none if the device is too small or too full
   */
  public static LogPlace takeFrames(Space space) {
    BlockRun run = new BlockRun();
    long wanted = Math.min(space.totalFrames() / DEVICE_FRAMES_PER_FRAME, MAX_FRAMES);
    return takeRun(space, wanted, MIN_FRAMES, run)
        ? new LogPlace(run.start(), Math.toIntExact(run.count()), 0, 0)
        : LogPlace.NONE;
  }

  /**
   * Takes frames that lie together for what is kept beside the tree.
   *
   * @param least how many there must be
   * @return false if the device is too small or too full
   */
  public static boolean takeRun(Space space, long wanted, long least, BlockRun run) {
    if (wanted < least || space.usableFrames() < wanted * DEVICE_FRAMES_PER_FRAME / 8) {
      return false;
    }
    try {
      space.allocate(wanted, -1, run);
    } catch (NoSpaceException e) {
      return false;
    }
    if (run.count() < least) {
      space.free(run.start(), run.count());
      return false;
    }
    return true;
  }

  /** What has to be told of commits. */
  public CommitFollower follower() {
    return frames;
  }

  /** Lets frames come back when a change of the journal is durable. */
  public void follow(LongPredicate durableChanges) {
    frames.follow(durableChanges);
  }

  /** Lets somebody fold when half of the frames are taken. */
  public void whenHalfTaken(Runnable fold) {
    halfTaken = fold;
  }

  /**
   * Adds what a file has counted. Wants no memory: nothing may fail any more where it is called.
   */
  void count(long extents, long sizes, long times, long persists) {
    extentRecords.addAndGet(extents);
    sizeRecords.addAndGet(sizes);
    timeRecords.addAndGet(times);
    flushes.addAndGet(persists);
  }

  /** A frame was taken for a file. */
  void taken() {
    framesTaken.incrementAndGet();
    if (frames.freeCount() < frames.count() / 2) {
      halfTaken.run();
    }
  }

  /** Whether so few frames are free that whoever writes had better help to free some. */
  public boolean isNearlyFull() {
    return frames.count() > 0 && frames.freeCount() <= frames.count() / 8;
  }

  /** Where a frame of the log begins, in bytes of the region. */
  long offsetOf(int frame) {
    return Pages.bytes(place.firstFrame() + frame);
  }

  /** The check of the line that says whose a frame is. */
  long headerCheck(long inode, long firstNumber, int frame) {
    return LogFormat.headerCheck(
        fileSystemId, place, inode, firstNumber, place.firstFrame() + frame);
  }

  LogPlace place() {
    return place;
  }

  /** The log was folded, so that frames come back. */
  public void folded() {
    folds.incrementAndGet();
  }

  /** Something was committed since there was no room for its record. */
  public void toldToTree() {
    notesToTree.incrementAndGet();
  }

  /** What has become of it since the mount. */
  public LogStatistics statistics() {
    int waiting = frames.waitingCount(); // first, since some may be found to be free
    return new LogStatistics(
        frames.count(),
        frames.freeCount(),
        waiting,
        frames.fewestFree(),
        extentRecords.get(),
        sizeRecords.get(),
        timeRecords.get(),
        framesTaken.get(),
        flushes.get(),
        folds.get(),
        notesToTree.get());
  }
}
