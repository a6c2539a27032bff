package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.format.DirentKeys;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.NameHash;
import io.jdax.fs.mount.Mount;
import io.jdax.fs.mount.Mounting;
import io.jdax.fs.names.InodeEdits;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.TreeSurvey;
import io.jdax.fs.tree.TreeVandal;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A file system with a little of everything, mounted or not, and what damages it unseen. */
final class DamagedDisk implements AutoCloseable {
  static final byte[] TEXT = "kept".getBytes(StandardCharsets.UTF_8);

  /** A change of the tree behind the file system's back. */
  interface Edit {
    void apply(Change change) throws IOException;
  }

  final Region region = Region.anonymous("disk", 512 << 12);
  final PmemBlockDevice device;
  final long dir;
  final long sub;
  final long file;
  final long twin;
  final long link;

  DamagedDisk() throws IOException {
    device = PmemBlockDevice.of(region, Persister.of(region), 4096);
    DaxFileSystem.format(device, "check");
    try (DaxFileSystem fs = DaxFileSystem.mount(device)) {
      fs.createDirectory("/dir");
      fs.createDirectory("/dir/sub");
      write(fs, "/dir/file");
      write(fs, "/twin");
      write(fs, "/a");
      fs.link("/a", "/b");
      fs.symlink("/dir/file", "/link");
      fs.setAttribute("/twin", "user.x", new byte[3000]);
      for (int i = 0; i < 120; i++) {
        try (DaxFile f = fs.open("/dir/sub/n" + i, OpenMode.WRITE, OpenMode.CREATE)) {
          f.truncate(i);
        }
      }
      dir = fs.stat("/dir").inode();
      sub = fs.stat("/dir/sub").inode();
      file = fs.stat("/dir/file").inode();
      twin = fs.stat("/twin").inode();
      link = fs.lstat("/link").inode();
    }
  }

  static void write(DaxFileSystem fs, String path) throws IOException {
    try (DaxFile f = fs.open(path, OpenMode.WRITE, OpenMode.CREATE)) {
      f.write(0, MemorySegment.ofArray(TEXT));
      f.write(5 << 12, MemorySegment.ofArray(new byte[8192]));
      f.fsync();
    }
  }

  static byte[] read(DaxFileSystem fs, String path) throws IOException {
    byte[] bytes = new byte[TEXT.length];
    try (DaxFile f = fs.open(path)) {
      f.read(0, MemorySegment.ofArray(bytes));
    }
    return bytes;
  }

  /** Edits the tree in one commit, and mounts no more. */
  void edit(Edit edit) throws IOException {
    Mount mount = Mounting.mount(device, MountOptions.DEFAULTS.withParallelism(1), NameHash::of);
    try {
      try (Change change = mount.volume.tree.change()) {
        edit.apply(change);
        change.done();
      }
      mount.volume.tree.commitTree();
    } finally {
      mount.tearDown();
    }
  }

  /** Edits a record. */
  void record(long inode, InodeEdits.Edit edit) throws IOException {
    edit(
        change -> {
          Item item = new Item();
          assertTrue(change.get(Keys.hi(inode, Keys.INODE), 0, item));
          InodeRecord r = InodeRecord.of("disk", item);
          edit.apply(r);
          change.put(Keys.hi(inode, Keys.INODE), 0, r.toBytes());
        });
  }

  void extent(long inode, long first, long pfn, long count) throws IOException {
    edit(change -> putExtent(change, inode, first, pfn, count));
  }

  static void putExtent(Change change, long inode, long first, long pfn, long count)
      throws IOException {
    byte[] value = new byte[ExtentRecord.BYTES];
    ExtentRecord.encode(MemorySegment.ofArray(value), pfn << 1, count);
    change.put(Keys.hi(inode, Keys.EXTENT), first, value);
  }

  long blockOf(String path) throws IOException {
    try (DaxFileSystem fs = DaxFileSystem.mount(device);
        DaxFile f = fs.open(path)) {
      return f.extents().getFirst().pfn();
    }
  }

  long key(Change change, long directory, String name, Item item) throws IOException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    long hi = Keys.hi(directory, Keys.DIRENT);
    for (long at = 0; change.ceiling(hi, at, item) && item.hi() == hi; at = item.lo() + 1) {
      if (DirentRecord.isNamed(item, bytes)) {
        return item.lo();
      }
    }
    throw new AssertionError("no name " + name);
  }

  void entry(long directory, String name, DirentRecord value) throws IOException {
    edit(
        change ->
            change.put(
                Keys.hi(directory, Keys.DIRENT),
                key(change, directory, name, new Item()),
                value.toBytes()));
  }

  void remove(long directory, String name) throws IOException {
    edit(
        change ->
            change.delete(
                Keys.hi(directory, Keys.DIRENT), key(change, directory, name, new Item())));
  }

  /** A name more, where its hash says. */
  void add(long directory, DirentRecord entry) throws IOException {
    edit(
        change -> {
          long lo = DirentKeys.slot(NameHash.of(uuid()), entry.name(), 0);
          change.put(Keys.hi(directory, Keys.DIRENT), lo, entry.toBytes());
        });
  }

  /** Limits that nothing reaches. */
  void quota(String path) throws IOException {
    try (DaxFileSystem fs = DaxFileSystem.mount(device)) {
      fs.setQuota(path, new Quota(1 << 30, 1000));
    }
  }

  /** An orphan's record, and nothing that would mount and reap it. */
  void markOrphan(long inode, byte[] value) throws IOException {
    edit(change -> change.put(Keys.ORPHANS, inode, value));
  }

  UUID uuid() throws IOException {
    return TreeSurvey.of(region).info().uuid();
  }

  byte[] image() {
    return region.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  long leaf(int i) throws IOException {
    return TreeVandal.nodes(region, 0).get(i);
  }

  @Override
  public void close() throws IOException {
    region.close();
  }
}
