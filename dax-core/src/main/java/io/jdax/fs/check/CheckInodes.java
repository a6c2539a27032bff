package io.jdax.fs.check;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pass over everything that belongs to one inode alone: record, extents, attributes, target.
 */
final class CheckInodes {
  private final CheckState state;
  private final CheckExtents extents;
  private final CheckContents contents;

  CheckInodes(CheckState state) {
    this.state = state;
    this.extents = new CheckExtents(state);
    this.contents = new CheckContents(state);
  }

  void run() {
    if (state.items.isEmpty() && state.survey.lostNodes().isEmpty()) {
      return; // a crash has ended the format, and the next mount makes the root
    }
    ItemKey at = state.items.isEmpty() ? null : state.items.firstKey();
    while (at != null) {
      long inode = Keys.inode(at.hi());
      List<ItemKey> group = new ArrayList<>();
      ItemKey next = null;
      for (ItemKey key : state.items.tailMap(at, true).keySet()) {
        if (Keys.inode(key.hi()) != inode) {
          next = key;
          break;
        }
        group.add(key);
      }
      checkInode(inode, group);
      at = next;
    }
    checkRoot();
  }

  private void checkRoot() {
    CheckedInode root = state.inodes.get(Keys.ROOT);
    if (root == null) {
      state.defect(DefectCode.IN4, -1, Keys.ROOT, "the root directory is missing");
      root = make(Keys.ROOT, FileType.DIRECTORY);
    }
    if (root.record.parent != Keys.ROOT) {
      root.changed = true;
      if (!root.made) {
        state.defect(
            DefectCode.CN3, -1, Keys.ROOT, "the root has the parent " + root.record.parent);
      }
      root.record.parent = Keys.ROOT;
    }
  }

  private void checkInode(long inode, List<ItemKey> group) {
    boolean possible = inode >= Keys.ROOT && inode <= Keys.MAX_INODE;
    byte[] record = null;
    FileType contentType = null;
    List<ItemKey> good = new ArrayList<>();
    for (ItemKey key : group) {
      int kind = Keys.kind(key.hi());
      boolean known =
          switch (kind) {
            case Keys.INODE -> possible && key.lo() == 0;
            case Keys.DIRENT, Keys.EXTENT, Keys.XATTR, Keys.SYMLINK -> possible;
            case Keys.ORPHAN, Keys.QUOTA -> inode == 0;
            default -> false;
          };
      if (!known) {
        state.defect(
            DefectCode.IN1,
            -1,
            inode,
            "item %d of kind %d belongs nowhere".formatted(key.lo(), kind));
        state.remove(key.hi(), key.lo());
        continue;
      }
      if (kind == Keys.INODE) {
        record = state.items.get(key);
      } else if (inode != 0) {
        good.add(key);
        contentType = contentType == null ? typeOf(kind) : contentType;
      }
    }
    if (!possible) {
      return;
    }
    CheckedInode checked = checkRecord(inode, record, contentType);
    if (checked == null) {
      good.forEach(key -> state.remove(key.hi(), key.lo()));
      state.remove(Keys.hi(inode, Keys.INODE), 0);
      return;
    }
    dropForeign(checked, good);
    long end = extents.check(checked);
    contents.check(checked);
    checkSizes(checked, end);
  }

  /** The type of an inode that has items of a kind, or null if any may have them. */
  private static @Nullable FileType typeOf(int kind) {
    return switch (kind) {
      case Keys.DIRENT -> FileType.DIRECTORY;
      case Keys.EXTENT -> FileType.REGULAR;
      case Keys.SYMLINK -> FileType.SYMLINK;
      default -> null;
    };
  }

  private @Nullable CheckedInode checkRecord(
      long inode, byte @Nullable [] bytes, @Nullable FileType contentType) {
    InodeRecord record = null;
    if (bytes == null) {
      state.defect(
          DefectCode.IN3,
          -1,
          inode,
          contentType == null
              ? "attributes, but no record"
              : "contents of a " + name(contentType) + ", but no record");
    } else {
      try {
        record = InodeRecord.of(state.region, Item.of(Keys.hi(inode, Keys.INODE), 0, bytes));
      } catch (CorruptMetadataException e) {
        state.defect(DefectCode.IN2, -1, inode, "the record has a bad length, type or size");
      }
    }
    FileType needed = inode == Keys.ROOT ? FileType.DIRECTORY : contentType;
    if (record != null && inode == Keys.ROOT && record.type != FileType.DIRECTORY) {
      state.defect(DefectCode.IN4, -1, inode, "the root is a " + name(record.type));
      record = null;
    }
    if (record == null) {
      return needed == null ? null : make(inode, needed);
    }
    CheckedInode checked = new CheckedInode(inode, record);
    state.inodes.put(inode, checked);
    return checked;
  }

  private CheckedInode make(long inode, FileType type) {
    boolean directory = type == FileType.DIRECTORY;
    InodeRecord r =
        InodeRecord.create(
            type, inode == Keys.ROOT ? 0755 : directory ? 0700 : 0600, Keys.ROOT, state.now);
    r.links = directory ? 2 : 0;
    CheckedInode checked = new CheckedInode(inode, r);
    checked.made = true;
    checked.changed = true;
    state.inodes.put(inode, checked);
    return checked;
  }

  /** Drops items that an inode of this type can't have. */
  private void dropForeign(CheckedInode inode, List<ItemKey> keys) {
    int dropped = 0;
    for (ItemKey key : keys) {
      FileType type = typeOf(Keys.kind(key.hi()));
      if (type != null && type != inode.record.type) {
        byte[] value = state.items.get(key);
        if (type == FileType.REGULAR && value != null) {
          extents.keepBlocks(value);
        }
        state.remove(key.hi(), key.lo());
        dropped++;
      }
    }
    if (dropped > 0) {
      state.defect(
          DefectCode.IN5,
          -1,
          inode.number,
          "a %s with %d items that it can't have".formatted(name(inode.record.type), dropped));
    }
  }

  private void checkSizes(CheckedInode inode, long endBlock) {
    InodeRecord r = inode.record;
    if (r.type == FileType.REGULAR && inode.made) {
      r.sizeBytes = state.units.bytes(endBlock);
    }
    if (r.type == FileType.REGULAR && r.sizeBytes > Limits.FILE_BYTES) {
      state.defect(DefectCode.IN6, -1, inode.number, "a size of " + r.sizeBytes + " bytes");
      r.sizeBytes = state.units.bytes(endBlock);
      inode.changed = true;
    }
    if (r.hintBlocks < 0 || state.units.bytes(r.hintBlocks) > Limits.HINT_BYTES) {
      state.defect(
          DefectCode.IN6, -1, inode.number, "an extent size hint of " + r.hintBlocks + " blocks");
      r.hintBlocks = 0;
      inode.changed = true;
    }
  }

  static String name(FileType type) {
    return switch (type) {
      case REGULAR -> "file";
      case DIRECTORY -> "directory";
      case SYMLINK -> "symbolic link";
    };
  }

  /** Puts the records that have changed among the items. */
  static void store(CheckState state) {
    for (Map.Entry<Long, CheckedInode> e : state.inodes.entrySet()) {
      if (e.getValue().changed) {
        state.put(Keys.hi(e.getKey(), Keys.INODE), 0, e.getValue().record.toBytes());
      }
    }
  }
}
