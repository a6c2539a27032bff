package io.jdax.fs.check;

import io.jdax.fs.facts.FileType;
import io.jdax.fs.format.AttributeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pass over targets of symbolic links and extended attributes. */
final class CheckContents {
  private final CheckState state;

  CheckContents(CheckState state) {
    this.state = state;
  }

  void check(CheckedInode inode) {
    if (inode.record.type == FileType.SYMLINK) {
      checkTarget(inode);
    }
    checkAttributes(inode);
  }

  // ---------------------------------------------------------------- symbolic links

  private void checkTarget(CheckedInode inode) {
    long hi = Keys.hi(inode.number, Keys.SYMLINK);
    long bytes = 0;
    long chunks = 0;
    boolean whole = true;
    for (Map.Entry<ItemKey, byte[]> item :
        new ArrayList<>(state.itemsOf(inode.number, Keys.SYMLINK).entrySet())) {
      int length = item.getValue().length;
      boolean fits =
          whole
              && item.getKey().lo() == chunks
              && bytes == chunks * Limits.TARGET_PIECE_BYTES
              && length > 0
              && bytes + length <= Limits.TARGET_BYTES;
      if (fits) {
        bytes += length;
        chunks++;
      } else {
        whole = false;
        state.remove(hi, item.getKey().lo());
      }
    }
    if (whole && bytes == inode.record.sizeBytes && bytes > 0) {
      return;
    }
    state.defect(
        DefectCode.IN7,
        -1,
        inode.number,
        "a target of %d bytes, of which %d are there".formatted(inode.record.sizeBytes, bytes));
    inode.record.sizeBytes = bytes;
    inode.changed = true;
    if (bytes == 0) {
      state.inodes.remove(inode.number);
      state.itemsOf(inode.number, Keys.XATTR).clear();
      state.remove(Keys.hi(inode.number, Keys.INODE), 0);
    }
  }

  // ---------------------------------------------------------------- attributes

  private void checkAttributes(CheckedInode inode) {
    List<Map.Entry<ItemKey, byte[]>> slot = new ArrayList<>();
    for (Map.Entry<ItemKey, byte[]> item :
        new ArrayList<>(state.itemsOf(inode.number, Keys.XATTR).entrySet())) {
      if (!slot.isEmpty() && headOf(item) != headOf(slot.getFirst())) {
        checkAttribute(inode.number, slot);
        slot.clear();
      }
      slot.add(item);
    }
    if (!slot.isEmpty()) {
      checkAttribute(inode.number, slot);
    }
  }

  private static long headOf(Map.Entry<ItemKey, byte[]> item) {
    return AttributeRecord.headOf(item.getKey().lo());
  }

  private void checkAttribute(long inode, List<Map.Entry<ItemKey, byte[]>> slot) {
    String flaw = flaw(slot);
    if (flaw != null) {
      state.defect(DefectCode.IN8, -1, inode, "an extended attribute " + flaw);
      slot.forEach(item -> state.remove(item.getKey().hi(), item.getKey().lo()));
    }
  }

  private @Nullable String flaw(List<Map.Entry<ItemKey, byte[]>> slot) {
    long head = headOf(slot.getFirst());
    byte[] bytes = slot.getFirst().getValue();
    if (slot.getFirst().getKey().lo() != head || bytes.length <= AttributeRecord.NAME) {
      return "has no head";
    }
    byte[] name = AttributeRecord.name(bytes);
    if (name.length > Limits.NAME_BYTES || !CheckNames.isUtf8(name)) {
      return "has a name that is not valid";
    }
    if (AttributeRecord.bucketOf(head) != AttributeRecord.bucket(state.hash, name)) {
      return "does not lie where the hash of its name says";
    }
    int length = AttributeRecord.valueBytes(Item.of(0, 0, bytes));
    if (length < 0 || length > Limits.VALUE_BYTES) {
      return "has a value of " + length + " bytes";
    }
    if (slot.size() - 1 != AttributeRecord.pieces(length)) {
      return "has a hole in its value, or more than its length says";
    }
    for (int i = 1; i < slot.size(); i++) {
      int expected =
          Math.min(AttributeRecord.PIECE_BYTES, length - (i - 1) * AttributeRecord.PIECE_BYTES);
      if (slot.get(i).getKey().lo() != head + i || slot.get(i).getValue().length != expected) {
        return "has a hole in its value";
      }
    }
    return null;
  }
}
