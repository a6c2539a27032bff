package io.jdax.fs.check;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.ProjectUsage;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.QuotaRecord;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemKey;
import io.jdax.fs.tree.SuperblockInfo;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The pass over projects, when all names are as they will be. First it checks the quotas, then
 * every inode against its directory, from the root down, and then it counts what is used.
 */
final class CheckQuotas {
  private final CheckState state;

  /** The project of each directory that has a quota. */
  private final Map<Long, Integer> quotas = new HashMap<>();

  private final Set<Integer> dropped = new HashSet<>();

  CheckQuotas(CheckState state) {
    this.state = state;
  }

  void run() {
    readQuotas();
    if (quotas.isEmpty() && state.inodes.values().stream().allMatch(i -> i.record.project == 0)) {
      return;
    }
    for (CheckedInode inode : state.inodes.values()) {
      if (inode.isDirectory()) {
        settleDirectory(inode);
      }
    }
    for (CheckedInode inode : state.inodes.values()) {
      if (inode.isDirectory()) {
        settleFiles(inode);
      }
    }
    state.inodes.values().forEach(this::correct);
    countUsage();
  }

  // ---------------------------------------------------------------- quotas

  private void readQuotas() {
    boolean told = (state.survey.incompatible() & SuperblockInfo.QUOTAS) != 0;
    for (Map.Entry<ItemKey, byte[]> item :
        new ArrayList<>(state.itemsOf(0, Keys.QUOTA).entrySet())) {
      long project = item.getKey().lo();
      byte[] value = item.getValue();
      QuotaRecord quota =
          value.length == QuotaRecord.BYTES
              ? QuotaRecord.of(MemorySegment.ofArray(value), 0)
              : null;
      if (quota == null || !quota.isPossible(project)) {
        drop(DefectCode.QU1, project, -1, "its record of " + value.length + " bytes is malformed");
      } else if (!told) {
        drop(
            DefectCode.QU1, project, quota.directory(), "no superblock says that there are quotas");
      } else {
        checkDirectory((int) project, quota.directory());
      }
    }
  }

  private void checkDirectory(int project, long directory) {
    CheckedInode inode = state.inodes.get(directory);
    if (inode == null || !inode.isDirectory()) {
      String what = inode == null ? "is missing" : "is a " + CheckInodes.name(inode.record.type);
      drop(DefectCode.QU2, project, directory, "its directory " + what);
      return;
    }
    Integer other = quotas.get(directory);
    if (other == null) {
      quotas.put(directory, project);
      return;
    }
    boolean tells = inode.record.project == project;
    if (tells) {
      quotas.put(directory, project);
    }
    drop(
        DefectCode.QU2,
        tells ? other : project,
        directory,
        "its directory has the quota of project " + (tells ? project : other));
  }

  private void drop(DefectCode code, long project, long inode, String what) {
    state.defect(code, -1, inode, "the quota of project " + project + ": " + what);
    state.remove(Keys.QUOTAS, project);
    dropped.add((int) project);
  }

  // ---------------------------------------------------------------- inodes

  /**
   * Goes up to the first directory whose project is known, and then gives all on the way theirs.
   */
  private void settleDirectory(CheckedInode start) {
    ArrayDeque<CheckedInode> way = new ArrayDeque<>();
    CheckedInode at = start;
    while (at.project < 0) {
      Integer own = quotas.get(at.number);
      if (own != null || at.number == Keys.ROOT) {
        at.project = own == null ? 0 : own;
        break;
      }
      way.push(at);
      at = required(at.namedBy.getFirst().in());
    }
    for (CheckedInode inode : way) {
      CheckedInode parent = required(inode.namedBy.getFirst().in());
      inode.project = parent.project;
      inode.inherits = inode.record.project == parent.record.project;
    }
  }

  /**
   * Gives files their projects. One with several names may count for the project around any of
   * them.
   */
  private void settleFiles(CheckedInode directory) {
    for (Map.Entry<ItemKey, byte[]> item :
        state.itemsOf(directory.number, Keys.DIRENT).entrySet()) {
      CheckedInode file = state.inodes.get(inodeOf(item.getKey(), item.getValue()));
      if (file != null && !file.isDirectory()) {
        if (file.project < 0 || file.record.project == directory.project) {
          file.project = directory.project;
        }
        file.inherits |= file.record.project == directory.record.project;
      }
    }
  }

  private long inodeOf(ItemKey key, byte[] value) {
    try {
      return DirentRecord.of(state.region, Item.of(key.hi(), key.lo(), value)).inode();
    } catch (CorruptMetadataException e) {
      throw new IllegalStateException(e); // the pass over names has dropped it
    }
  }

  private CheckedInode required(long inode) {
    CheckedInode found = state.inodes.get(inode);
    if (found == null) {
      throw new IllegalStateException("inode " + inode + " was dropped");
    }
    return found;
  }

  /** Corrects the record of an inode. What follows from another repair is no defect of its own. */
  private void correct(CheckedInode inode) {
    int told = inode.record.project;
    if (inode.project < 0 || told == inode.project) {
      return;
    }
    if (!inode.inherits && !inode.made && !inode.reattached && !dropped.contains(told)) {
      state.defect(
          DefectCode.QU3,
          -1,
          inode.number,
          "a %s in project %d, whose record says project %d"
              .formatted(CheckInodes.name(inode.record.type), inode.project, told));
    }
    inode.record.project = inode.project;
    inode.changed = true;
  }

  // ---------------------------------------------------------------- usage

  private void countUsage() {
    Map<Integer, long[]> sums = new TreeMap<>();
    quotas.forEach((directory, project) -> sums.put(project, new long[] {directory, 0, 0}));
    for (CheckedInode inode : state.inodes.values()) {
      long @Nullable [] sum = sums.get(inode.record.project);
      if (sum != null) {
        sum[1] += countBlocks(inode.number);
        sum[2]++;
      }
    }
    sums.forEach(
        (project, sum) ->
            state.projects.add(
                new ProjectUsage(project, sum[0], state.units.bytes(sum[1]), sum[2])));
  }

  private long countBlocks(long inode) {
    long blocks = 0;
    for (byte[] extent : state.itemsOf(inode, Keys.EXTENT).values()) {
      blocks += ExtentRecord.count(MemorySegment.ofArray(extent), 0);
    }
    return blocks;
  }
}
