package io.jdax.fs.check;

import io.jdax.block.BlockDevice;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.UnsupportedDeviceException;
import io.jdax.fs.format.AttributeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.format.NameHash;
import io.jdax.fs.space.Occupant;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.ItemKey;
import io.jdax.fs.tree.TreeRebuild;
import io.jdax.fs.tree.TreeSurvey;
import io.jdax.fs.tree.TreeSurvey.BadNode;
import io.jdax.fs.tree.TreeSurvey.BadSlot;
import io.jdax.region.BadRange;
import io.jdax.region.ReadOnlyRegionException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Finds out whether the file system on a device is as it should be, and repairs it, without
 * mounting.
 *
 * <pre>
 *   TreeSurvey      superblocks and nodes: all items that can be read
 *   CheckJournal    changes of the tree that only the journal tells, as a mount would tell it
 *   CheckLog        what the log of notes tells, as a mount would tell it to the tree
 *   CheckInodes     records, with CheckExtents and CheckContents
 *   CheckNames      directory entries
 *   CheckLinks      orphans, connectivity, link counts
 *   CheckQuotas     projects
 *   TreeRebuild     writes the repaired items as a new tree, in one commit
 * </pre>
 *
 * <p>All metadata is held in memory meanwhile, some 200 bytes an item. Neither the free space nor
 * what projects use is recorded anywhere. All there is to check about them is that no block is in
 * use twice, and that every inode is in the right project.
 */
public final class FileSystemCheck {
  /** What messages call the superblock slots. */
  private static final String SLOTS = "AB";

  private FileSystemCheck() {}

  /**
   * Checks the file system on a device. Changes nothing.
   *
   * @param device one with direct access
   * @return what was found
   * @throws io.jdax.fs.error.DeviceBusyException the file system is mounted, or being made or
   *     checked
   * @throws io.jdax.fs.error.UnsupportedDeviceException the device gives no direct access
   * @throws io.jdax.fs.error.NotFormattedException there is no file system
   * @throws io.jdax.fs.error.UnsupportedFormatException it was made by a newer release, or for a
   *     larger device
   */
  public static CheckReport check(BlockDevice device) throws IOException {
    return check(device, NameHash::of);
  }

  /**
   * Checks, and repairs, in one commit. A crash leaves the old state or the repaired one, which is
   * durable on return. Nothing is stored if there is nothing to repair, or if something can't be
   * repaired. Errors are those of {@link #check}, and these.
   *
   * @param device one with direct access
   * @return what was found; if it is {@linkplain CheckReport#isRepairable repairable} it is
   *     repaired
   * @throws ReadOnlyRegionException the region is read-only; nothing has changed
   * @throws io.jdax.fs.error.NoSpaceException there is no room for the new metadata beside the old;
   *     the file system is what it was
   * @throws IOException the media failed; the file system is what it was, or repaired
   */
  public static CheckReport repair(BlockDevice device) throws IOException {
    PmemBlockDevice direct = direct(device);
    if (direct.region().readOnly()) {
      throw new ReadOnlyRegionException(
          direct.region().name(), "can't be repaired: the region is read-only");
    }
    return run(direct, true, NameHash::of);
  }

  static CheckReport check(BlockDevice device, Function<UUID, NameHash> hash) throws IOException {
    return run(direct(device), false, hash);
  }

  /**
   * Tells what the log of notes has, line by line, of a file system that is not mounted, whatever
   * is wrong with the rest of it. Changes nothing. Errors are those of {@link #check}, and this.
   *
   * @param device one with direct access
   * @return what is there
   * @throws CorruptMetadataException neither superblock is good, so that none tells where it lies
   */
  public static LogListing log(BlockDevice device) throws IOException {
    PmemBlockDevice direct = direct(device);
    Occupant.occupy(direct.region(), direct.name(), "a look at the log of its file system");
    try {
      String region = direct.region().name();
      TreeSurvey survey = TreeSurvey.of(direct.region());
      try (Space space = new Space(region, survey.frameCount())) {
        NameHash hash = NameHash.of(survey.info().uuid());
        CheckState state = new CheckState(region, survey, space, hash);
        new CheckJournal(state, direct.persister()).run();
        CheckLog log = new CheckLog(state, direct.persister());
        log.run();
        return log.listing();
      }
    } finally {
      Occupant.leave(direct.region());
    }
  }

  private static PmemBlockDevice direct(BlockDevice device) throws UnsupportedDeviceException {
    if (device instanceof PmemBlockDevice direct) {
      return direct;
    }
    throw new UnsupportedDeviceException(
        device.name(), "gives no direct access to its sectors, which the check needs");
  }

  private static CheckReport run(
      PmemBlockDevice device, boolean repair, Function<UUID, NameHash> hash) throws IOException {
    Occupant.occupy(
        device.region(), device.name(), repair ? "a repair of its file system" : "a check of it");
    try {
      return survey(device, repair, hash);
    } finally {
      Occupant.leave(device.region());
    }
  }

  private static CheckReport survey(
      PmemBlockDevice device, boolean repair, Function<UUID, NameHash> hash) throws IOException {
    String region = device.region().name();
    TreeSurvey survey;
    try {
      survey = TreeSurvey.of(device.region());
    } catch (CorruptMetadataException e) {
      Defect both =
          new Defect(
              DefectCode.SB2, region, 0, -1, "neither superblock is good: " + e.getMessage());
      return new CheckReport(
          region, 0, 0, 0, 0, List.of(), JournalFacts.NONE, LogFacts.NONE, List.of(both));
    }
    try (Space space = new Space(region, survey.frameCount())) {
      CheckState state = new CheckState(region, survey, space, hash.apply(survey.info().uuid()));
      checkTree(state);
      new CheckJournal(state, device.persister()).run();
      new CheckLog(state, device.persister()).run();
      new CheckInodes(state).run();
      new CheckNames(state).run();
      new CheckLinks(state).run();
      new CheckQuotas(state).run();
      CheckInodes.store(state);
      state.claimKept();
      state.defects.sort(Comparator.comparing(Defect::code));
      CheckReport report =
          new CheckReport(
              region,
              survey.generation(),
              survey.nodes().size(),
              state.inodes.size(),
              space.totalFrames() - space.freeFrames(),
              List.copyOf(state.projects),
              state.journalFacts,
              state.logFacts,
              List.copyOf(state.defects));
      if (repair && !report.isClean() && report.isRepairable()) {
        write(device, state);
      }
      return report;
    }
  }

  private static void write(PmemBlockDevice device, CheckState state) throws IOException {
    TreeSurvey survey = state.survey;
    if (!state.changed && survey.lostNodes().isEmpty()) {
      TreeRebuild.seal(device.persister(), survey);
      return;
    }
    for (BadNode bad : survey.badNodes()) {
      state.claimFrames(bad.pfn(), 1);
    }
    for (BadRange bad : device.badRanges()) {
      long first = bad.offset() >>> Units.PAGE_SHIFT;
      state.claimFrames(first, Units.pagesIn(bad.offset() + bad.length()) - first);
    }
    TreeRebuild.commit(device.persister(), survey, state.items, state.space);
  }

  // ---------------------------------------------------------------- superblocks and nodes

  private static void checkTree(CheckState state) {
    TreeSurvey survey = state.survey;
    for (BadSlot bad : survey.badSlots()) {
      state.defect(DefectCode.SB1, bad.slot(), -1, slotDefect(survey, bad));
    }
    for (BadNode bad : survey.badNodes()) {
      boolean lost = survey.baseGeneration() == survey.generation();
      boolean root = bad.pfn() == survey.root();
      state.defect(
          lost && root ? DefectCode.ND7 : codeOf(bad),
          bad.pfn(),
          -1,
          "node of level %d %s%s"
              .formatted(bad.level(), bad.what(), lost ? lossOf(bad, state.units) : ""));
    }
    if (survey.baseGeneration() != survey.generation()) {
      state.defect(
          DefectCode.SB3,
          survey.generation() & 1,
          -1,
          "the tree of commit %d is damaged, and that of commit %d is intact"
              .formatted(survey.generation(), survey.baseGeneration()));
    } else if (survey.lostNodes().isEmpty() && survey.recordedNodes() != survey.nodes().size()) {
      state.defect(
          DefectCode.SB4,
          survey.generation() & 1,
          -1,
          "the superblock says %d nodes, but the tree has %d"
              .formatted(survey.recordedNodes(), survey.nodes().size()));
    }
    state.claimFrames(0, 2);
    survey.nodes().forEach(pfn -> state.claimFrames(pfn, 1));
  }

  /**
   * Says what may be missing, since what is left does not tell whether the slot had a newer commit.
   */
  private static String slotDefect(TreeSurvey survey, BadSlot bad) {
    long used = survey.generation();
    char other = SLOTS.charAt(1 - bad.slot());
    String says =
        "superblock slot %c %s; slot %c is used, which is commit %d"
            .formatted(SLOTS.charAt(bad.slot()), bad.what(), other, used);
    return bad.older()
        ? says + ", the newer one"
        : says
            + "; if slot %c was the newer one, commit %d is lost: all that was made durable after commit %d%s"
                .formatted(
                    SLOTS.charAt(bad.slot()),
                    used + 1,
                    used,
                    survey.info().journal().exists() ? " and is not in the journal" : "");
  }

  private static DefectCode codeOf(BadNode bad) {
    return switch (bad.fault()) {
      case UNREADABLE -> DefectCode.ND1;
      case BYTES -> DefectCode.ND2;
      case IDENTITY -> DefectCode.ND3;
      case LAYOUT -> DefectCode.ND4;
      case KEYS -> DefectCode.ND5;
      case TWICE -> DefectCode.ND6;
    };
  }

  private static String lossOf(BadNode bad, Units units) {
    ItemKey to = bad.to();
    return "; lost: from %s to %s"
        .formatted(key(bad.from(), units), to == null ? "the end" : "before " + key(to, units));
  }

  private static String key(ItemKey key, Units units) {
    long inode = Keys.inode(key.hi());
    return switch (Keys.kind(key.hi())) {
      case Keys.INODE -> "inode " + inode;
      case Keys.DIRENT -> "inode " + inode + "'s names from hash " + Long.toHexString(key.lo());
      case Keys.EXTENT -> "inode " + inode + "'s extents from byte " + units.bytes(key.lo());
      case Keys.XATTR ->
          "inode %d's attributes from hash %x, piece %d"
              .formatted(
                  inode,
                  AttributeRecord.bucketOf(key.lo()),
                  key.lo() - AttributeRecord.headOf(key.lo()));
      case Keys.SYMLINK ->
          "inode " + inode + "'s target from byte " + key.lo() * Limits.TARGET_PIECE_BYTES;
      case Keys.ORPHAN -> "the record of orphan " + key.lo();
      case Keys.QUOTA -> "the quota of project " + key.lo();
      default -> "the beginning";
    };
  }
}
