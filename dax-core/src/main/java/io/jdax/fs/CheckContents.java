package io.jdax.fs;

import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The target of a symbolic link, and extended attributes. */
final class CheckContents {
  private final CheckState state;

  CheckContents(CheckState state) {
    this.state = state;
  }

  void check(CheckedInode inode) {
    if (inode.record.type == FileType.SYMLINK) {
      target(inode);
    }
    attributes(inode);
  }

  // ---------------------------------------------------------------- symbolic links

  private void target(CheckedInode inode) {
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
              && bytes == chunks * Namespace.CHUNK
              && length > 0
              && bytes + length <= Namespace.MAX_TARGET_BYTES;
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

  private void attributes(CheckedInode inode) {
    List<Map.Entry<ItemKey, byte[]>> slot = new ArrayList<>();
    for (Map.Entry<ItemKey, byte[]> item :
        new ArrayList<>(state.itemsOf(inode.number, Keys.XATTR).entrySet())) {
      if (!slot.isEmpty() && slotOf(item) != slotOf(slot.getFirst())) {
        attribute(inode.number, slot);
        slot.clear();
      }
      slot.add(item);
    }
    if (!slot.isEmpty()) {
      attribute(inode.number, slot);
    }
  }

  private static long slotOf(Map.Entry<ItemKey, byte[]> item) {
    return item.getKey().lo() >>> Attributes.SLOT_SHIFT;
  }

  private void attribute(long inode, List<Map.Entry<ItemKey, byte[]>> slot) {
    String flaw = flaw(slot);
    if (flaw != null) {
      state.defect(DefectCode.IN8, -1, inode, "an extended attribute " + flaw);
      slot.forEach(item -> state.remove(item.getKey().hi(), item.getKey().lo()));
    }
  }

  private @Nullable String flaw(List<Map.Entry<ItemKey, byte[]>> slot) {
    long head = slotOf(slot.getFirst()) << Attributes.SLOT_SHIFT;
    byte[] bytes = slot.getFirst().getValue();
    if (slot.getFirst().getKey().lo() != head || bytes.length <= Attributes.NAME) {
      return "has no head";
    }
    byte[] name = Arrays.copyOfRange(bytes, Attributes.NAME, bytes.length);
    if (name.length > PathWalk.MAX_NAME_BYTES || !CheckNames.isUtf8(name)) {
      return "has a name that can't be";
    }
    if (head < 0
        || head >>> Attributes.BUCKET_SHIFT
            != state.hash.of(name) >>> 1 >>> Attributes.BUCKET_SHIFT) {
      return "does not lie where its name says";
    }
    int length = Item.of(0, 0, bytes).getInt(Attributes.LENGTH);
    if (length < 0 || length > Attributes.MAX_VALUE_BYTES) {
      return "has a value of " + length + " bytes";
    }
    if (slot.size() - 1 != Math.ceilDiv(length, Attributes.CHUNK)) {
      return "has a hole in its value, or more than its length says";
    }
    for (int i = 1; i < slot.size(); i++) {
      int expected = Math.min(Attributes.CHUNK, length - (i - 1) * Attributes.CHUNK);
      if (slot.get(i).getKey().lo() != head + i || slot.get(i).getValue().length != expected) {
        return "has a hole in its value";
      }
    }
    return null;
  }
}
