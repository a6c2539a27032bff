package io.jdax.fs.log;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.format.ExtentItems;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemEdits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the items of a tree what a log has of one file after the other: the only code that does,
 * for a mount and for a check.
 *
 * <pre>
 *   void        numbers up to the stamp of the inode's record; all of a file that is no more, or has
 *               lost its last name
 *   live        the numbers after the stamp, one after the other
 *   cut off     what comes after the first number that is missing
 *   flawed      what can't be: it is not told, nor is what comes after it
 * </pre>
 *
 * <p>A record states a fact, and no block of a file ever becomes another one while records count.
 * So to tell the same twice, or to begin again in the middle, changes nothing.
 */
public final class LogReplay {
  /** Records that one change of the tree tells, before the next one begins. */
  public static final int RECORDS_PER_CHANGE = 256;

  /** Takes blocks that nothing has in the tree. */
  @FunctionalInterface
  public interface Claims {
    /** Takes blocks: −1, or the first of them that something has; then nothing has changed. */
    long claim(long block, long count);
  }

  /** Is shown blocks of the device. */
  @FunctionalInterface
  public interface Extents {
    /** Blocks that lie together. */
    void extent(long block, long count);
  }

  /** What becomes of a record of the present life. */
  public enum Fate {
    /** The tree is told of it. */
    LIVE,
    /** The tree knows of it. */
    TOLD,
    /** One before it is missing, or can't be. */
    CUT_OFF,
    /** Its file is no more, or has lost its last name. */
    WITHOUT_FILE,
    /** It says what can't be. */
    FLAWED
  }

  /** Is shown the fate of every record, the last that is shown being the one that counts. */
  @FunctionalInterface
  public interface Fates {
    /** A record, the same object as a scan has shown. */
    void fate(LogRecord record, Fate fate);
  }

  /** What has come of the records of all files that were told. */
  public static final class Figures {
    public long live;
    public long stamped;
    public long cutOff;
    public long withoutFile;
  }

  /** A file that is being told. */
  public final class File {
    public final long inode;

    /** Blocks that it has more than before. */
    public long added;

    private final List<LogRecord> records;
    private final List<Long> frames;
    private final ExtentItems items;
    private int next;
    private boolean stopped;

    /** The block after the last page of the file, if all of its records are told. */
    private long endBlock;

    private File(long inode, List<LogRecord> records, List<Long> frames) {
      this.inode = inode;
      this.records = records;
      this.frames = frames;
      this.items = new ExtentItems(region, units, deviceFrames, inode);
    }

    /** Shows the blocks that its records give it. */
    public void forEachExtent(Extents extents) {
      for (LogRecord record : records) {
        long count = record.hasExtent() ? shown(record, record.count()) : 0;
        if (count > 0) {
          extents.extent(record.place() >>> 1, count);
        }
      }
    }

    /**
     * How many blocks of an extent that begins with a record's are told. A file that goes through
     * DRAM is written back before its size is told, so that a crash may come between. Written
     * blocks after the end would be shown by whatever makes the file longer, where zeros have to
     * be; so they stay free.
     */
    private long shown(LogRecord r, long count) {
      boolean written = (r.place() & 1) == 0;
      return written ? Math.clamp(endBlock - r.first(), 0, count) : count;
    }

    /** Whether there is more to tell. */
    public boolean hasMore() {
      return next < records.size() && !stopped;
    }

    /**
     * Tells some of it, and with the last of it size, time and stamp. Where there are several
     * pieces the stamp comes with the last one, since all records are needed until then.
     */
    public void tellSome(ItemEdits edits) throws IOException {
      int to = Math.min(records.size(), next + RECORDS_PER_CHANGE);
      while (next < to && !stopped) {
        next = tellRun(edits, next, to);
      }
      if (!hasMore()) {
        putRecord(edits);
      }
    }

    /** Records that go on from one another at once; returns the one after them. */
    private int tellRun(ItemEdits edits, int from, int limit) throws IOException {
      LogRecord first = records.get(from);
      if (!first.hasExtent()) {
        return from + 1;
      }
      long count = first.count();
      int to = from + 1;
      while (to < limit && goesOn(first, count, records.get(to))) {
        count += records.get(to++).count();
      }
      String flaw = tellExtent(edits, first, shown(first, count));
      if (flaw != null) {
        stopped = true;
        flawed(from, LogFlaw.Kind.TAKEN, flaw);
        records.subList(from + 1, records.size()).forEach(r -> fates.fate(r, Fate.CUT_OFF));
        return from;
      }
      return to;
    }

    private boolean goesOn(LogRecord first, long count, LogRecord next) {
      return next.hasExtent()
          && next.first() == first.first() + count
          && next.place() == first.place() + (count << 1);
    }

    private @Nullable String tellExtent(ItemEdits edits, LogRecord r, long count)
        throws IOException {
      long end = r.first() + count;
      long[] there = new long[3];
      for (long at = r.first(); at < end; ) {
        long place = r.place() + ((at - r.first()) << 1);
        long to = end;
        boolean any = items.from(edits, at, there);
        if (any && there[0] <= at) {
          to = Math.min(end, there[0] + there[1]);
          long old = there[2] + ((at - there[0]) << 1);
          if (old >>> 1 != place >>> 1) {
            return "gives block "
                + (place >>> 1)
                + " to a page that has block "
                + (old >>> 1)
                + " by the tree";
          }
          if ((old & 1) == 1 && (place & 1) == 0) {
            replace(edits, at, to - at, place);
          }
        } else {
          to = any ? Math.min(end, there[0]) : end;
          long conflict = claims.claim(place >>> 1, to - at);
          if (conflict >= 0) {
            return "gives block " + conflict + " to the file, which something else has";
          }
          replace(edits, at, to - at, place);
          added += to - at;
        }
        at = to;
      }
      return null;
    }

    private void replace(ItemEdits edits, long first, long count, long place) throws IOException {
      items.cut(edits, first, first + count);
      items.add(edits, first, count, place);
    }

    private void flawed(int record, LogFlaw.Kind kind, String what) {
      fates.fate(records.get(record), Fate.FLAWED);
      flaws.add(
          new LogFlaw(
              kind,
              frames.get(record),
              inode,
              "has record "
                  + records.get(record).number()
                  + " of inode "
                  + inode
                  + ", which "
                  + what));
    }

    /** What is written from a block on becomes unwritten. */
    private void hideAfter(ItemEdits edits, long block) throws IOException {
      long[] there = new long[3];
      for (long at = block; items.from(edits, at, there); at = there[0] + there[1]) {
        long first = Math.max(at, there[0]);
        if ((there[2] & 1) == 0) {
          long place = there[2] + ((first - there[0]) << 1) | 1;
          replace(edits, first, there[0] + there[1] - first, place);
        }
      }
    }

    private void putRecord(ItemEdits edits) throws IOException {
      Item item = new Item();
      long hi = Keys.hi(inode, Keys.INODE);
      if (!edits.get(hi, 0, item)) {
        throw new CorruptMetadataException(region, "inode " + inode, "is not in the tree");
      }
      InodeRecord r = InodeRecord.of(region, item);
      for (LogRecord told : records.subList(0, next)) {
        r.sizeBytes = told.hasSize() ? told.sizeBytes() : r.sizeBytes;
        r.modified = told.hasTime() ? told.modified() : r.modified;
        r.changed = told.hasTime() ? Math.max(r.changed, told.modified()) : r.changed;
        r.stamp = told.number();
      }
      if (stopped) { // perhaps before the size that was to show some of it
        hideAfter(edits, units.blocksOf(Units.pagesIn(r.sizeBytes)));
      }
      byte[] bytes = r.toBytes();
      edits.put(hi, 0, MemorySegment.ofArray(bytes), 0, bytes.length);
    }
  }

  private final String region;
  private final Units units;
  private final long deviceFrames;
  private final LogScan scan;
  private final Claims claims;
  private final Fates fates;
  private final List<LogFlaw> flaws = new ArrayList<>();
  private final Figures figures = new Figures();

  /**
   * Tells nothing yet.
   *
   * @param region what messages call the device
   * @param deviceFrames of the device
   */
  public LogReplay(String region, Units units, long deviceFrames, LogScan scan, Claims claims) {
    this(region, units, deviceFrames, scan, claims, (record, fate) -> {});
  }

  /** As the other one, for somebody who is shown what becomes of each record. */
  public LogReplay(
      String region, Units units, long deviceFrames, LogScan scan, Claims claims, Fates fates) {
    this.fates = fates;
    this.region = region;
    this.units = units;
    this.deviceFrames = deviceFrames;
    this.scan = scan;
    this.claims = claims;
    this.flaws.addAll(scan.flaws());
  }

  /**
   * What there is to tell of a file.
   *
   * @param item the file's inode in the tree, or null if there is none
   * @return null if there is nothing
   */
  public @Nullable File begin(long inode, @Nullable Item item) throws IOException {
    List<LogScan.Frame> all = scan.frames(inode);
    InodeRecord r = item == null ? null : InodeRecord.of(region, item);
    if (r == null || r.links == 0) {
      for (LogScan.Frame frame : all) {
        figures.withoutFile += frame.records().size();
        frame.records().forEach(record -> fates.fate(record, Fate.WITHOUT_FILE));
      }
      return null;
    }
    List<LogRecord> live = new ArrayList<>();
    List<Long> frames = new ArrayList<>();
    File file = new File(inode, live, frames);
    long wanted = r.stamp + 1;
    boolean gap = false;
    long before = Long.MIN_VALUE;
    for (LogScan.Frame frame : all) {
      for (LogRecord record : frame.records()) {
        if (record.number() <= before) {
          flaws.add(
              new LogFlaw(
                  LogFlaw.Kind.TWICE,
                  frame.pfn(),
                  inode,
                  "has record "
                      + record.number()
                      + " of inode "
                      + inode
                      + ", as has another frame"));
          gap = true;
        }
        before = record.number();
        if (record.number() < wanted) {
          figures.stamped++;
          fates.fate(record, Fate.TOLD);
        } else if (gap || record.number() > wanted) {
          gap = true;
          figures.cutOff++;
          fates.fate(record, Fate.CUT_OFF);
        } else {
          live.add(record);
          fates.fate(record, Fate.LIVE);
          frames.add(frame.pfn());
          String flaw = flaw(record, r.type);
          if (flaw != null) {
            file.flawed(
                live.size() - 1,
                record.isUnknown() ? LogFlaw.Kind.UNKNOWN : LogFlaw.Kind.IMPOSSIBLE,
                flaw);
            live.removeLast();
            gap = true;
          }
          wanted++;
        }
      }
    }
    if (live.isEmpty()) {
      return null;
    }
    long size = r.sizeBytes;
    for (LogRecord record : live) {
      size = record.hasSize() ? record.sizeBytes() : size;
    }
    file.endBlock = units.blocksOf(Units.pagesIn(size));
    figures.live += live.size();
    return file;
  }

  private @Nullable String flaw(LogRecord r, FileType type) {
    if (r.isUnknown()) {
      return "tells of what this release does not know: 0x" + Long.toHexString(r.what());
    }
    if (type != FileType.REGULAR) {
      return "is of no regular file";
    }
    if (r.hasSize() && (r.sizeBytes() < 0 || r.sizeBytes() > Limits.FILE_BYTES)) {
      return "gives it " + r.sizeBytes() + " bytes";
    }
    if (r.hasExtent()
        && !ExtentRecord.isPossible(units, r.first(), r.place(), r.count(), deviceFrames)) {
      return "gives it blocks that are not on the device, or not in the largest file";
    }
    return null;
  }

  /** What is wrong with the log, as far as it was told. */
  public List<LogFlaw> flaws() {
    return List.copyOf(flaws);
  }

  /** What has come of the records. */
  public Figures figures() {
    return figures;
  }
}
