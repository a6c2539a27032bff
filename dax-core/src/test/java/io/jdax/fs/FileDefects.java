package io.jdax.fs;

import static io.jdax.fs.DamagedDisk.TEXT;
import static io.jdax.fs.DefectCase.AFTER_A_LOST_NODE;
import static io.jdax.fs.DefectCase.defect;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.check.DefectCode;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.format.QuotaRecord;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.TreeVandal;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** What can be wrong with what the tree says: inodes, extents, names, orphans and quotas. */
final class FileDefects {
  private FileDefects() {}

  static Stream<DefectCase> cases() {
    return Stream.of(
        defect(
            DefectCode.IN1,
            "item 3 of kind 9 belongs nowhere",
            d -> d.edit(c -> c.put(Keys.hi(d.file, 9), 3, TEXT))),
        defect(
            DefectCode.IN2,
            "the record has a bad length, type or size",
            d -> d.edit(c -> c.put(Keys.hi(d.file, Keys.INODE), 0, new byte[5]))),
        defect(
            DefectCode.IN2,
            "the record has a bad length, type or size",
            d -> d.edit(c -> c.put(Keys.hi(d.sub, Keys.INODE), 0, new byte[InodeRecord.BYTES]))),
        defect(
            DefectCode.IN3,
            "contents of a file, but no record",
            d -> d.edit(c -> c.delete(Keys.hi(d.file, Keys.INODE), 0))),
        defect(
            DefectCode.IN4,
            "the root directory is missing",
            d -> d.edit(c -> c.deleteRange(Keys.hi(1, 0), 0, Keys.hi(2, 0), 0)),
            DefectCode.CN1),
        defect(
            DefectCode.IN4,
            "the root is a file",
            d -> d.record(Keys.ROOT, r -> r.type = FileType.REGULAR)),
        defect(
            DefectCode.IN5,
            "a directory with 1 items that it can't have",
            d -> d.extent(d.sub, 7, 400, 1)),
        defect(
            DefectCode.IN6,
            "a size of 9223372036854775807 bytes",
            d -> d.record(d.twin, r -> r.sizeBytes = Long.MAX_VALUE)),
        defect(
            DefectCode.IN6,
            "an extent size hint of -5 blocks",
            d -> d.record(d.twin, r -> r.hintBlocks = -5)),
        defect(
            DefectCode.IN7,
            "a target of 9 bytes, of which 0 are there",
            d -> d.edit(c -> c.delete(Keys.hi(d.link, Keys.SYMLINK), 0)),
            DefectCode.DE4),
        defect(
            DefectCode.IN7,
            "a target of 1 bytes, of which 9 are there",
            d -> d.record(d.link, r -> r.sizeBytes = 1)),
        defect(
            DefectCode.IN8,
            "an extended attribute has no head",
            d -> d.edit(c -> c.put(Keys.hi(d.twin, Keys.XATTR), 5, TEXT))),
        defect(
            DefectCode.IN8,
            "an extended attribute has a hole in its value",
            d ->
                d.edit(
                    c -> {
                      Item item = new Item();
                      assertTrue(c.ceiling(Keys.hi(d.twin, Keys.XATTR), 0, item));
                      c.delete(item.hi(), item.lo() + 2);
                    })),
        defect(
            DefectCode.EX1,
            "a record of 4 bytes",
            d -> d.edit(c -> c.put(Keys.hi(d.twin, Keys.EXTENT), 100, TEXT))),
        defect(DefectCode.EX1, "an extent of -1 blocks", d -> d.extent(d.twin, 100, 400, -1)),
        defect(
            DefectCode.EX2,
            "400 blocks do not lie on the device of 512",
            d -> d.extent(d.twin, 100, 400, 400)),
        defect(
            DefectCode.EX3,
            "2 blocks beyond the largest file",
            d -> d.extent(d.twin, (Limits.FILE_BYTES >>> 12) - 1, 400, 2)),
        defect(
            DefectCode.EX4,
            "overlaps the one before it, which ends at 7",
            d -> d.extent(d.twin, 6, 400, 2)),
        defect(
            DefectCode.EX5,
            "1 of the 1 blocks of the extent at block 9 of the file are in use already",
            d -> {
              long pfn = d.blockOf("/dir/file");
              d.extent(d.twin, 9, pfn, 1);
            }),
        defect(
            DefectCode.EX5,
            "are in use already",
            d -> {
              long node = TreeVandal.nodes(d.region, 0).getLast();
              d.extent(d.twin, 9, node, 1);
            }),
        defect(
            DefectCode.DE1,
            "an entry of 4 bytes is malformed",
            d -> d.edit(c -> c.put(Keys.hi(d.sub, Keys.DIRENT), 8, TEXT)),
            DefectCode.LK2),
        defect(
            DefectCode.DE2,
            "the name 'a/b' is not valid",
            d -> d.entry(d.dir, "file", entry(d.file, FileType.REGULAR, "a/b")),
            DefectCode.CN1),
        defect(
            DefectCode.DE2,
            "the name '..' is not valid",
            d -> d.entry(d.dir, "sub", entry(d.sub, FileType.DIRECTORY, "..")),
            DefectCode.CN1),
        defect(
            DefectCode.DE3,
            "the name 'other' does not lie where its hash says",
            d -> d.entry(d.dir, "file", entry(d.file, FileType.REGULAR, "other"))),
        defect(
            DefectCode.DE4,
            "the name 'file' leads to inode 9999, which is missing",
            d -> d.entry(d.dir, "file", entry(9999, FileType.REGULAR, "file")),
            DefectCode.CN1),
        defect(
            DefectCode.DE5,
            "the name 'file' says that it is a symbolic link, but inode",
            d -> d.entry(d.dir, "file", entry(d.file, FileType.SYMLINK, "file"))),
        defect(
            DefectCode.DE6,
            "the name 'file' is there twice",
            d ->
                d.edit(
                    c -> {
                      Item item = new Item();
                      long lo = d.key(c, d.dir, "file", item);
                      c.put(item.hi(), lo + 1, item.toByteArray());
                    }),
            DefectCode.LK1,
            DefectCode.LK2),
        defect(
            DefectCode.LK1,
            "a link count of 5, which should be 1",
            d -> d.record(d.file, r -> r.links = 5)),
        defect(
            DefectCode.LK1,
            "a link count of 9, which should be 3",
            d -> d.record(d.dir, r -> r.links = 9)),
        defect(
            DefectCode.LK2,
            "its record says 77 names, but it has 120",
            d -> d.record(d.sub, r -> r.sizeBytes = 77)),
        defect(
            DefectCode.CN1,
            "a file of 28672 bytes has no name",
            d -> d.remove(d.dir, "file"),
            DefectCode.LK2),
        defect(
            DefectCode.CN1,
            "has no name",
            d -> d.remove(d.dir, "sub"),
            DefectCode.LK1,
            DefectCode.LK2),
        defect(
            DefectCode.CN2,
            "a directory with 2 names",
            d -> d.entry(d.dir, "file", entry(d.dir, FileType.DIRECTORY, "file")),
            DefectCode.DE5,
            DefectCode.CN1,
            DefectCode.LK1),
        defect(
            DefectCode.CN3,
            "whose record says inode 1",
            d -> d.record(d.sub, r -> r.parent = Keys.ROOT)),
        defect(
            DefectCode.CN4,
            "a directory that is below itself",
            d -> {
              d.entry(Keys.ROOT, "dir", entry(d.twin, FileType.REGULAR, "dir"));
              d.add(d.sub, entry(d.dir, FileType.DIRECTORY, "up"));
            },
            AFTER_A_LOST_NODE),
        defect(
            DefectCode.CN4,
            "the name 'file' leads to the root",
            d -> d.entry(d.dir, "file", entry(Keys.ROOT, FileType.DIRECTORY, "file")),
            DefectCode.CN1,
            DefectCode.LK1),
        defect(
            DefectCode.OR1,
            "is recorded as an orphan, but missing",
            d -> d.markOrphan(9999, new byte[0])),
        defect(
            DefectCode.OR2,
            "a file with 1 names and a link count of 1 is recorded as an orphan",
            d -> d.markOrphan(d.file, new byte[0])),
        defect(
            DefectCode.QU1,
            "the quota of project 1: its record of 4 bytes is malformed",
            d -> {
              d.quota("/dir");
              d.edit(c -> c.put(Keys.QUOTAS, 1, TEXT));
            }),
        defect(
            DefectCode.QU1,
            "the quota of project 4294967296: its record of 24 bytes is malformed",
            d -> {
              d.quota("/dir");
              d.edit(c -> c.put(Keys.QUOTAS, 1L << 32, new QuotaRecord(1, 1, d.sub).toBytes()));
            }),
        defect(
            DefectCode.QU1,
            "the quota of project 5: no superblock says that there are quotas",
            d -> d.edit(c -> c.put(Keys.QUOTAS, 5, new QuotaRecord(1, 1, d.sub).toBytes()))),
        defect(
            DefectCode.QU2,
            "the quota of project 5: its directory is missing",
            d -> {
              d.quota("/dir");
              d.edit(c -> c.put(Keys.QUOTAS, 5, new QuotaRecord(1, 1, 9999).toBytes()));
            }),
        defect(
            DefectCode.QU2,
            "the quota of project 1: its directory is a file",
            d -> {
              d.quota("/dir");
              d.edit(c -> c.put(Keys.QUOTAS, 1, new QuotaRecord(1, 1, d.twin).toBytes()));
            }),
        defect(
            DefectCode.QU2,
            "the quota of project 5: its directory has the quota of project 1",
            d -> {
              d.quota("/dir");
              d.edit(c -> c.put(Keys.QUOTAS, 5, new QuotaRecord(1, 1, d.dir).toBytes()));
            }),
        defect(
            DefectCode.QU3,
            "a file in project 1, whose record says project 0",
            d -> {
              d.quota("/dir");
              d.record(d.file, r -> r.project = 0);
            }),
        defect(
            DefectCode.QU3,
            "a directory in project 1, whose record says project -7",
            d -> {
              d.quota("/dir");
              d.record(d.sub, r -> r.project = -7);
            }),
        defect(
            DefectCode.QU3,
            "a directory in project 2, whose record says project 0",
            d -> {
              d.quota("/dir");
              d.quota("/dir/sub");
              d.record(d.sub, r -> r.project = 0);
            }),
        defect(
            DefectCode.QU3,
            "a file in project 0, whose record says project 3",
            d -> d.record(d.twin, r -> r.project = 3)));
  }

  private static DirentRecord entry(long inode, FileType type, String name) {
    return new DirentRecord(inode, type, name.getBytes(StandardCharsets.UTF_8));
  }
}
