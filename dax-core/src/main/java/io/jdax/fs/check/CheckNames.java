package io.jdax.fs.check;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.format.DirentKeys;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pass over the names of all directories, one directory at a time. */
final class CheckNames {
  private final CheckState state;

  /** Names of the directory at hand that lie elsewhere than their hash says. */
  private final List<DirentRecord> misplaced = new ArrayList<>();

  CheckNames(CheckState state) {
    this.state = state;
  }

  void run() {
    for (CheckedInode inode : new ArrayList<>(state.inodes.values())) {
      if (inode.isDirectory()) {
        checkDirectory(inode);
      }
    }
  }

  private void checkDirectory(CheckedInode directory) {
    Set<String> names = new HashSet<>();
    misplaced.clear();
    for (Map.Entry<ItemKey, byte[]> item :
        new ArrayList<>(state.itemsOf(directory.number, Keys.DIRENT).entrySet())) {
      directory.entriesFound++;
      ItemKey key = item.getKey();
      DirentRecord entry = checkEntry(directory, key, item.getValue(), names);
      if (entry == null) {
        state.remove(key.hi(), key.lo());
      } else if (DirentKeys.bucketOf(key.lo()) != DirentKeys.bucket(state.hash, entry.name())) {
        state.defect(
            DefectCode.DE3,
            -1,
            directory.number,
            "the name %s does not lie where its hash says".formatted(quoted(entry.name())));
        state.remove(key.hi(), key.lo());
        misplaced.add(entry);
      } else {
        keep(directory, key.lo(), entry);
      }
    }
    for (DirentRecord entry : misplaced) {
      long lo = add(state, directory.number, entry);
      if (lo >= 0) { // else the bucket is full, and the inode may end without a name
        keep(directory, lo, entry);
      }
    }
  }

  /** What the repaired directory will have in place of an entry, or null if nothing. */
  private @Nullable DirentRecord checkEntry(
      CheckedInode directory, ItemKey key, byte[] value, Set<String> names) {
    long in = directory.number;
    DirentRecord entry;
    try {
      entry = DirentRecord.of(state.region, Item.of(key.hi(), key.lo(), value));
    } catch (CorruptMetadataException e) {
      state.defect(
          DefectCode.DE1, -1, in, "an entry of %d bytes is malformed".formatted(value.length));
      return null;
    }
    CheckedInode target = state.inodes.get(entry.inode());
    if (target != null) {
      target.namesFound++;
    }
    if (target == null ? entry.type() == FileType.DIRECTORY : target.isDirectory()) {
      directory.directoriesFound++;
    }
    String name = quoted(entry.name());
    if (!isPossible(entry.name())) {
      state.defect(DefectCode.DE2, -1, in, "the name " + name + " is not valid");
      return null;
    }
    if (target == null) {
      state.defect(
          DefectCode.DE4,
          -1,
          in,
          "the name %s leads to inode %d, which is missing".formatted(name, entry.inode()));
      return null;
    }
    if (!names.add(new String(entry.name(), StandardCharsets.ISO_8859_1))) {
      state.defect(DefectCode.DE6, -1, in, "the name " + name + " is there twice");
      return null;
    }
    if (target.number == Keys.ROOT) {
      state.defect(DefectCode.CN4, -1, in, "the name " + name + " leads to the root");
      return null;
    }
    FileType type = target.record.type;
    if (entry.type() != type) {
      state.defect(
          DefectCode.DE5,
          -1,
          in,
          "the name %s says that it is a %s, but inode %d is a %s"
              .formatted(
                  name, CheckInodes.name(entry.type()), target.number, CheckInodes.name(type)));
      entry = new DirentRecord(entry.inode(), type, entry.name());
      state.put(key.hi(), key.lo(), entry.toBytes());
    }
    return entry;
  }

  private void keep(CheckedInode directory, long lo, DirentRecord entry) {
    CheckedInode target = state.inodes.get(entry.inode());
    if (target == null) {
      throw new IllegalStateException("an entry without an inode was kept");
    }
    directory.entries++;
    target.names++;
    if (target.isDirectory()) {
      directory.directories++;
      target.namedBy.add(new CheckedInode.Name(directory.number, lo));
    }
  }

  /**
   * Puts an entry where its hash says.
   *
   * @return the low half of its key, or −1 if there is no room, and nothing has changed
   */
  static long add(CheckState state, long directory, DirentRecord entry) {
    long hi = Keys.hi(directory, Keys.DIRENT);
    for (int probe = 0; probe < DirentKeys.BUCKET; probe++) {
      long at = DirentKeys.slot(state.hash, entry.name(), probe);
      if (!state.items.containsKey(new ItemKey(hi, at))) {
        state.put(hi, at, entry.toBytes());
        return at;
      }
    }
    return -1;
  }

  private static boolean isPossible(byte[] name) {
    String text = new String(name, StandardCharsets.UTF_8);
    return name.length <= Limits.NAME_BYTES
        && isUtf8(name)
        && text.indexOf('/') < 0
        && !text.equals(".")
        && !text.equals("..");
  }

  /** Whether a name is UTF-8 without a zero byte. */
  static boolean isUtf8(byte[] name) {
    String text = new String(name, StandardCharsets.UTF_8);
    return Arrays.equals(text.getBytes(StandardCharsets.UTF_8), name) && text.indexOf('\0') < 0;
  }

  /** A name for a message, in one line whatever is in it. */
  private static String quoted(byte[] name) {
    StringBuilder s = new StringBuilder("'");
    String text = new String(name, StandardCharsets.UTF_8);
    text.codePoints()
        .limit(Limits.NAME_BYTES)
        .forEach(c -> s.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return s.append('\'').toString();
  }
}
