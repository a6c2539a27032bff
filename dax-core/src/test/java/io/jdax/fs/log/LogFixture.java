package io.jdax.fs.log;

import io.jdax.fs.facts.FileType;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemEdits;
import io.jdax.fs.tree.ItemKey;
import io.jdax.fs.tree.LogPlace;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A log of a few frames without a file system, and items that it can be told to. */
final class LogFixture implements AutoCloseable {
  static final int DEVICE_FRAMES = 1000;
  static final int FRAMES = 8;
  static final int FIRST_FRAME = 2;

  final Region region;
  final RecordingPersister persister;
  SuperblockInfo info;
  LogArea area;

  LogFixture() throws IOException {
    region = Region.anonymous("log", (FIRST_FRAME + FRAMES) * 4096L);
    persister = RecordingPersister.alone(region);
    info =
        new SuperblockInfo(new UUID(1, 2), "log", 4096, 0, 0, 0)
            .withLog(new LogPlace(FIRST_FRAME, FRAMES, 1, 0x1234));
    area = new LogArea(persister, info);
  }

  /** The next mount for writing. */
  void nextLife() throws IOException {
    info = info.withLog(info.log().next(info.log().nonce() * 31));
    area = new LogArea(persister, info);
  }

  LogScan scan() throws IOException {
    return LogScan.of(persister, info, DEVICE_FRAMES);
  }

  /** What is read of a file, of all its frames. */
  List<LogRecord> records(long inode) throws IOException {
    List<LogRecord> all = new ArrayList<>();
    scan().frames(inode).forEach(frame -> all.addAll(frame.records()));
    return all;
  }

  /** Makes records durable as an fsync does. */
  void persist(FileLog log) throws IOException {
    long needed = log.needed();
    for (long at = log.firstVolatile(); at <= needed; ) {
      long lines = log.nextLines(at, needed);
      at = log.after(at, needed);
      if (lines >= 0) {
        long more = lines & 63;
        persister.flush(lines - more, (more + 1) * 64);
      }
    }
    persister.drain();
    log.persisted(needed);
  }

  @Override
  public void close() throws IOException {
    region.close();
  }

  /** Items in DRAM, and blocks that something has. */
  static final class Items implements ItemEdits {
    final TreeMap<ItemKey, byte[]> items = new TreeMap<>();
    final BitSet used = new BitSet();

    /** One that is so long that all blocks which tests are about are content. */
    void file(long inode, long stamp) {
      file(inode, stamp, 1L << 40);
    }

    void file(long inode, long stamp, long sizeBytes) {
      InodeRecord r = InodeRecord.create(FileType.REGULAR, 0644, 1, 5);
      r.stamp = stamp;
      r.sizeBytes = sizeBytes;
      items.put(new ItemKey(Keys.hi(inode, Keys.INODE), 0), r.toBytes());
    }

    InodeRecord record(long inode) throws IOException {
      return InodeRecord.of("log", item(inode));
    }

    Item item(long inode) {
      Item item = new Item();
      if (!get(Keys.hi(inode, Keys.INODE), 0, item)) {
        throw new AssertionError("no inode " + inode);
      }
      return item;
    }

    void extent(long inode, long first, long count, long place) {
      byte[] value = new byte[ExtentRecord.BYTES];
      ExtentRecord.encode(MemorySegment.ofArray(value), place, count);
      items.put(new ItemKey(Keys.hi(inode, Keys.EXTENT), first), value);
      used.set((int) (place >>> 1), (int) ((place >>> 1) + count));
    }

    /** First block, count and place of each extent of a file. */
    List<List<Long>> extents(long inode) {
      List<List<Long>> all = new ArrayList<>();
      items.forEach(
          (key, value) -> {
            if (key.hi() == Keys.hi(inode, Keys.EXTENT)) {
              MemorySegment s = MemorySegment.ofArray(value);
              all.add(List.of(key.lo(), ExtentRecord.count(s, 0), ExtentRecord.place(s, 0)));
            }
          });
      return all;
    }

    /** All of it told; the replay says what came of it. */
    LogReplay tell(LogScan scan) throws IOException {
      LogReplay replay = new LogReplay("log", Units.PAGES, DEVICE_FRAMES, scan, this::claim);
      for (long inode : scan.inodes()) {
        Item item = new Item();
        boolean there = get(Keys.hi(inode, Keys.INODE), 0, item);
        LogReplay.File file = replay.begin(inode, there ? item : null);
        while (file != null && file.hasMore()) {
          file.tellSome(this);
        }
      }
      return replay;
    }

    private long claim(long block, long count) {
      int conflict = used.nextSetBit((int) block);
      if (conflict >= 0 && conflict < block + count) {
        return conflict;
      }
      used.set((int) block, (int) (block + count));
      return -1;
    }

    @Override
    public boolean get(long hi, long lo, Item out) {
      byte[] value = items.get(new ItemKey(hi, lo));
      if (value != null) {
        out.set(hi, lo, value);
      }
      return value != null;
    }

    @Override
    public boolean ceiling(long hi, long lo, Item out) {
      return found(items.ceilingEntry(new ItemKey(hi, lo)), out);
    }

    @Override
    public boolean floor(long hi, long lo, Item out) {
      return found(items.floorEntry(new ItemKey(hi, lo)), out);
    }

    private static boolean found(Map.@Nullable Entry<ItemKey, byte[]> entry, Item out) {
      if (entry != null) {
        out.set(entry.getKey().hi(), entry.getKey().lo(), entry.getValue());
      }
      return entry != null;
    }

    @Override
    public void put(long hi, long lo, MemorySegment value, long offset, int length) {
      items.put(new ItemKey(hi, lo), value.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public boolean delete(long hi, long lo) {
      return items.remove(new ItemKey(hi, lo)) != null;
    }

    @Override
    public void deleteRange(long fromHi, long fromLo, long toHi, long toLo) {
      items.subMap(new ItemKey(fromHi, fromLo), true, new ItemKey(toHi, toLo), false).clear();
    }
  }
}
