package io.jdax.fs.check;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The last passes, which are over orphans, over inodes that can't be reached from the root, and
 * over counts.
 */
final class CheckLinks {
  private static final String LOST_AND_FOUND = "lost+found";

  private final CheckState state;
  private @Nullable CheckedInode lostAndFound;

  /**
   * The names in it, gathered once, since a lost node can leave thousands of inodes without a name.
   */
  private Set<String> sheltered = Set.of();

  CheckLinks(CheckState state) {
    this.state = state;
  }

  void run() {
    if (state.inodes.isEmpty()) {
      return;
    }
    checkOrphans();
    for (CheckedInode inode : state.inodes.values()) {
      if (inode.isDirectory()) {
        keepOneName(inode);
      }
    }
    cutCycles();
    for (CheckedInode inode : new ArrayList<>(state.inodes.values())) {
      connect(inode);
    }
    for (CheckedInode inode : state.inodes.values()) {
      correctCounts(inode);
    }
  }

  private CheckedInode required(long inode) {
    CheckedInode found = state.inodes.get(inode);
    if (found == null) {
      throw new IllegalStateException("inode " + inode + " was dropped");
    }
    return found;
  }

  // ---------------------------------------------------------------- orphans

  private void checkOrphans() {
    for (Map.Entry<ItemKey, byte[]> item :
        new ArrayList<>(state.itemsOf(0, Keys.ORPHAN).entrySet())) {
      long number = item.getKey().lo();
      CheckedInode inode = state.inodes.get(number);
      if (inode == null || item.getValue().length > 0) {
        state.defect(
            DefectCode.OR1,
            -1,
            number,
            inode == null
                ? "is recorded as an orphan, but missing"
                : "an orphan's record has "
                    + item.getValue().length
                    + " bytes, and must have none");
      }
      boolean nameless = inode != null && inode.names == 0 && inode.record.links == 0;
      if (nameless && inode != null && !inode.isDirectory()) {
        inode.orphan = true;
        if (item.getValue().length > 0) {
          state.put(Keys.ORPHANS, number, new byte[0]);
        }
        continue;
      }
      if (inode != null) {
        state.defect(
            DefectCode.OR2,
            -1,
            number,
            "a %s with %d names and a link count of %d is recorded as an orphan"
                .formatted(CheckInodes.name(inode.record.type), inode.names, inode.record.links));
      }
      state.remove(Keys.ORPHANS, number);
    }
  }

  // ---------------------------------------------------------------- connectivity

  /** Lets a directory keep only the name in the parent that its record gives, else its first. */
  private void keepOneName(CheckedInode directory) {
    List<CheckedInode.Name> names = directory.namedBy;
    if (names.size() < 2) {
      return;
    }
    state.defect(
        DefectCode.CN2, -1, directory.number, "a directory with " + names.size() + " names");
    CheckedInode.Name kept = names.getFirst();
    for (CheckedInode.Name name : names) {
      if (name.in() == directory.record.parent) {
        kept = name;
        break;
      }
    }
    for (CheckedInode.Name name : List.copyOf(names)) {
      if (!name.equals(kept)) {
        drop(directory, name);
      }
    }
  }

  private void drop(CheckedInode directory, CheckedInode.Name name) {
    CheckedInode parent = required(name.in());
    state.remove(Keys.hi(name.in(), Keys.DIRENT), name.lo());
    parent.entries--;
    parent.directories--;
    directory.names--;
    directory.namedBy.remove(name);
  }

  /**
   * Cuts cycles. Each directory has at most one name by now, so that the ways up are chains, or end
   * in a cycle.
   */
  private void cutCycles() {
    Set<Long> settled = new HashSet<>();
    settled.add(Keys.ROOT);
    for (CheckedInode start : state.inodes.values()) {
      if (!start.isDirectory()) {
        continue;
      }
      Set<Long> way = new HashSet<>();
      CheckedInode at = start;
      while (!settled.contains(at.number) && !at.namedBy.isEmpty()) {
        if (!way.add(at.number)) {
          state.defect(DefectCode.CN4, -1, at.number, "a directory that is below itself");
          drop(at, at.namedBy.getFirst());
          break;
        }
        at = required(at.namedBy.getFirst().in());
      }
      settled.addAll(way);
      settled.add(at.number);
    }
  }

  private void connect(CheckedInode inode) {
    if (inode.number == Keys.ROOT) {
      return;
    }
    if (inode.names == 0 && !inode.orphan) {
      state.defect(
          DefectCode.CN1,
          -1,
          inode.number,
          "a %s of %d bytes has no name"
              .formatted(CheckInodes.name(inode.record.type), inode.record.sizeBytes));
      CheckedInode in = lostAndFound();
      addName(in, inode, "#" + inode.number, sheltered);
      inode.reattached = true;
    }
    long parent = inode.isDirectory() ? inode.namedBy.getFirst().in() : 0;
    if (inode.isDirectory() && inode.record.parent != parent) {
      if (!inode.reattached && !inode.made) {
        state.defect(
            DefectCode.CN3,
            -1,
            inode.number,
            "a directory in inode %d, whose record says inode %d"
                .formatted(parent, inode.record.parent));
      }
      inode.record.parent = parent;
      inode.changed = true;
    }
  }

  // ---------------------------------------------------------------- lost+found

  private CheckedInode lostAndFound() {
    if (lostAndFound == null) {
      lostAndFound = findLostAndFound();
      sheltered = names(lostAndFound);
    }
    return lostAndFound;
  }

  private CheckedInode findLostAndFound() {
    for (byte[] value : state.itemsOf(Keys.ROOT, Keys.DIRENT).values()) {
      DirentRecord entry = parse(value);
      if (entry.nameString().equals(LOST_AND_FOUND) && entry.type() == FileType.DIRECTORY) {
        return required(entry.inode());
      }
    }
    long number = state.inodes.lastKey() + 1;
    InodeRecord record = InodeRecord.create(FileType.DIRECTORY, 0700, Keys.ROOT, state.now);
    CheckedInode made = new CheckedInode(number, record);
    made.made = true;
    made.changed = true;
    state.inodes.put(number, made);
    CheckedInode root = required(Keys.ROOT);
    addName(root, made, LOST_AND_FOUND, names(root));
    return made;
  }

  private DirentRecord parse(byte[] value) {
    try {
      return DirentRecord.of(state.region, Item.of(0, 0, value));
    } catch (CorruptMetadataException e) {
      throw new IllegalStateException(e); // the pass over names has dropped it
    }
  }

  private Set<String> names(CheckedInode directory) {
    Set<String> names = new HashSet<>();
    for (byte[] value : state.itemsOf(directory.number, Keys.DIRENT).values()) {
      names.add(parse(value).nameString());
    }
    return names;
  }

  /**
   * Gives an inode a name, or a similar one if that is in use.
   *
   * @param used the names of the directory, to which the name is added
   */
  private void addName(
      CheckedInode directory, CheckedInode inode, String wanted, Set<String> used) {
    long lo = -1;
    String name = wanted;
    for (int i = 1; lo < 0; i++) {
      if (used.add(name)) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        lo =
            CheckNames.add(
                state, directory.number, new DirentRecord(inode.number, inode.record.type, bytes));
      }
      name = wanted + "." + i;
    }
    inode.names++;
    directory.entries++;
    if (inode.isDirectory()) {
      directory.directories++;
      inode.namedBy.add(new CheckedInode.Name(directory.number, lo));
    }
  }

  // ---------------------------------------------------------------- counts

  /**
   * Corrects the counts in a record. One that was right before other repairs is no defect of its
   * own.
   */
  private void correctCounts(CheckedInode inode) {
    InodeRecord r = inode.record;
    boolean directory = inode.isDirectory();
    int links = directory ? 2 + inode.directories : inode.names;
    int found = directory ? 2 + inode.directoriesFound : inode.namesFound;
    if (r.links != links) {
      if (r.links != found && !inode.made && !inode.reattached) {
        state.defect(
            DefectCode.LK1,
            -1,
            inode.number,
            "a link count of %d, which should be %d".formatted(r.links, found));
      }
      r.links = links;
      inode.changed = true;
    }
    if (directory && r.sizeBytes != inode.entries) {
      if (r.sizeBytes != inode.entriesFound && !inode.made) {
        state.defect(
            DefectCode.LK2,
            -1,
            inode.number,
            "its record says %d names, but it has %d".formatted(r.sizeBytes, inode.entriesFound));
      }
      r.sizeBytes = inode.entries;
      inode.changed = true;
    }
  }
}
