package io.jdax.fs.format;

import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.space.Space;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.CowTree;
import io.jdax.fs.tree.ItemKey;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Makes the file system of the image, in the same bytes each time. The records are put into a tree
 * one by one, and the data to blocks that are named here. So the clock has no part in it, nor has
 * whatever decides which blocks an open file gets.
 *
 * <pre>
 *   /                1
 *   /docs            2   project 1, with limits
 *   /docs/notes      3   blocks 0 written, 1 a hole, 2 and 3 unwritten, 4 written up to byte 100; two attributes
 *   /docs/again      3   its second name
 *   /naïve           4   a symbolic link of two pieces
 *                    5   a file without a name, that a crash left behind
 * </pre>
 */
final class ImageRecipe {
  static final long FRAMES = 64;
  static final int FRAME_BYTES = 4096;
  static final int IMAGE_BYTES = (int) FRAMES * FRAME_BYTES;

  static final UUID ID = UUID.fromString("6a646178-2d66-4d74-8001-0123456789ab");
  static final String LABEL = "image";
  static final Instant FORMATTED = Instant.parse("2024-02-29T12:34:56.789Z");

  static final Instant CREATED = Instant.parse("2024-02-29T12:34:57.000000001Z");
  static final Instant MODIFIED = Instant.parse("2024-03-01T00:00:00.123456789Z");
  static final Instant CHANGED = Instant.parse("2262-04-11T23:47:16.854775807Z"); // the last
  static final Instant ACCESSED = Instant.parse("1969-12-31T23:59:59.999999999Z"); // before zero

  static final long DOCS = 2;
  static final long NOTES = 3;
  static final long LINK = 4;
  static final long GONE = 5;
  static final String LINK_NAME = "naïve";

  static final int PROJECT = 1;
  static final long LIMIT_BYTES = 1 << 20;
  static final long LIMIT_INODES = 100;

  static final int NOTES_PERMISSIONS = 0640;
  static final int UID = 1000;
  static final int GID = 100;
  static final int HINT_BLOCKS = 16;
  static final long NOTES_BYTES = 4 * 4096 + 100;
  static final String FIRST_TEXT = "the first block of notes";
  static final String LAST_TEXT = "the last block of notes";
  static final String STALE_TEXT = "what a former file left here";
  static final String GONE_TEXT = "nobody reads this any more";

  /** A value of no piece, and one of three. */
  static final String EMPTY_ATTRIBUTE = "user.empty";

  static final String LONG_ATTRIBUTE = "user.long";
  static final byte[] LONG_VALUE = bytes("a".repeat(1024) + "b".repeat(1024) + "cccccc");

  static final String TARGET = "t".repeat(1024) + "/end";

  private static final int FIRST_BLOCK = 32;
  private static final int LAST_BLOCK = 33;
  private static final int UNWRITTEN_BLOCK = 40;
  private static final int GONE_BLOCK = 50;

  private final NameHash hash = NameHash.of(ID);

  /** Ascending, so that the leaves of the tree are full and hold no bytes of moved items. */
  private final TreeMap<ItemKey, byte[]> items = new TreeMap<>();

  private ImageRecipe() {}

  /** Formats a region of zeros, and makes everything. */
  static void make(Region region) throws IOException {
    Persister persister = Persister.of(region);
    CowTree.format(
        persister,
        new SuperblockInfo(ID, LABEL, FRAME_BYTES, FORMATTED.toEpochMilli(), 0, 0)); // commit 2
    new ImageRecipe().run(persister);
  }

  private void run(Persister persister) throws IOException {
    try (Space space = new Space(LABEL, FRAMES);
        CowTree tree = CowTree.open(persister, space)) {
      tree.mount(1, (hi, lo, node, offset, length) -> {}); // commit 3
      data(persister, FIRST_BLOCK, FIRST_TEXT);
      data(persister, LAST_BLOCK, LAST_TEXT);
      data(persister, UNWRITTEN_BLOCK, STALE_TEXT);
      data(persister, GONE_BLOCK, GONE_TEXT);
      describe();
      long removed = name(Keys.ROOT, GONE, FileType.REGULAR, "gone");
      try (Change change = tree.change()) {
        for (Map.Entry<ItemKey, byte[]> item : items.entrySet()) {
          change.put(item.getKey().hi(), item.getKey().lo(), item.getValue());
        }
        change.delete(Keys.hi(Keys.ROOT, Keys.DIRENT), removed); // leaves a dead value in its leaf
        change.setIncompatible(SuperblockInfo.QUOTAS, true);
        change.done();
      }
      tree.commit(); // commit 4
    }
  }

  private static void data(Persister persister, int block, String text) throws IOException {
    byte[] bytes = bytes(text);
    persister.copyPersist(
        (long) block * FRAME_BYTES, MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  private void describe() {
    InodeRecord root = record(FileType.DIRECTORY, 0755, 3, 2);
    root.parent = Keys.ROOT;
    inode(Keys.ROOT, root);
    name(Keys.ROOT, DOCS, FileType.DIRECTORY, "docs");
    name(Keys.ROOT, LINK, FileType.SYMLINK, LINK_NAME);

    InodeRecord docs = record(FileType.DIRECTORY, 0755, 2, 2);
    docs.parent = Keys.ROOT;
    docs.project = PROJECT;
    inode(DOCS, docs);
    name(DOCS, NOTES, FileType.REGULAR, "notes");
    name(DOCS, NOTES, FileType.REGULAR, "again");
    put(Keys.QUOTAS, PROJECT, new QuotaRecord(LIMIT_BYTES, LIMIT_INODES, DOCS).toBytes());

    InodeRecord notes = record(FileType.REGULAR, NOTES_PERMISSIONS, 2, NOTES_BYTES);
    notes.uid = UID;
    notes.gid = GID;
    notes.hintBlocks = HINT_BLOCKS;
    notes.project = PROJECT;
    notes.tier = TierMode.DIRECT;
    inode(NOTES, notes);
    extent(NOTES, 0, 1, FIRST_BLOCK, false);
    extent(NOTES, 2, 2, UNWRITTEN_BLOCK, true);
    extent(NOTES, 4, 1, LAST_BLOCK, false);
    attribute(NOTES, EMPTY_ATTRIBUTE, new byte[0]);
    attribute(NOTES, LONG_ATTRIBUTE, LONG_VALUE);

    inode(LINK, record(FileType.SYMLINK, 0777, 1, TARGET.length()));
    pieces(Keys.hi(LINK, Keys.SYMLINK), 0, bytes(TARGET));

    inode(GONE, record(FileType.REGULAR, 0644, 0, GONE_TEXT.length()));
    extent(GONE, 0, 1, GONE_BLOCK, false);
    put(Keys.ORPHANS, GONE, new byte[0]);
  }

  // ---------------------------------------------------------------- records

  private static InodeRecord record(FileType type, int permissions, int links, long sizeBytes) {
    InodeRecord r = InodeRecord.create(type, permissions, 0, Times.of(CREATED));
    r.links = links;
    r.sizeBytes = sizeBytes;
    r.modified = Times.of(MODIFIED);
    r.changed = Times.of(CHANGED);
    r.accessed = Times.of(ACCESSED);
    return r;
  }

  private void inode(long inode, InodeRecord r) {
    put(Keys.hi(inode, Keys.INODE), 0, r.toBytes());
  }

  private long name(long directory, long inode, FileType type, String name) {
    long lo = DirentKeys.slot(hash, bytes(name), 0);
    put(Keys.hi(directory, Keys.DIRENT), lo, new DirentRecord(inode, type, bytes(name)).toBytes());
    return lo;
  }

  private void extent(long inode, long first, long count, long block, boolean unwritten) {
    byte[] record = new byte[ExtentRecord.BYTES];
    ExtentRecord.encode(MemorySegment.ofArray(record), block << 1 | (unwritten ? 1 : 0), count);
    put(Keys.hi(inode, Keys.EXTENT), first, record);
  }

  private void attribute(long inode, String name, byte[] value) {
    long head = AttributeRecord.bucket(hash, bytes(name));
    put(Keys.hi(inode, Keys.XATTR), head, AttributeRecord.head(bytes(name), value.length));
    pieces(Keys.hi(inode, Keys.XATTR), head + 1, value);
  }

  private void pieces(long hi, long lo, byte[] value) {
    int piece = Limits.TARGET_PIECE_BYTES;
    for (int at = 0; at < value.length; at += piece) {
      byte[] part = new byte[Math.min(piece, value.length - at)];
      System.arraycopy(value, at, part, 0, part.length);
      put(hi, lo + at / piece, part);
    }
  }

  private void put(long hi, long lo, byte[] value) {
    items.put(new ItemKey(hi, lo), value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
