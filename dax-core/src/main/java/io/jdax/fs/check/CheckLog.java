package io.jdax.fs.check;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.format.Keys;
import io.jdax.fs.journal.JournalPlace;
import io.jdax.fs.log.LogFlaw;
import io.jdax.fs.log.LogReplay;
import io.jdax.fs.log.LogScan;
import io.jdax.fs.space.DataSpace;
import io.jdax.fs.space.Space;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemKey;
import io.jdax.fs.tree.LogPlace;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Tells the items what the log has, as a mount does, so that what is checked after it is what a
 * mount shows. Records that count are no defect. What the log says that can't be is one, and is not
 * told.
 */
final class CheckLog {
  private final CheckState state;
  private final Persister persister;
  private final LogLines lines = new LogLines();

  CheckLog(CheckState state, Persister persister) {
    this.state = state;
    this.persister = persister;
  }

  /** All that is there, after {@link #run}. */
  LogListing listing() {
    return lines.listing(
        state.survey.info().log(), state.journalFacts, state.logFacts, List.copyOf(state.defects));
  }

  void run() throws IOException {
    LogPlace place = state.survey.info().log();
    if (!place.exists()) {
      return;
    }
    if (!place.isPossible(state.survey.frameCount())) {
      flaw(
          DefectCode.LG1,
          -1,
          -1,
          "%d and the %d after it are not all on the device"
              .formatted(place.firstFrame(), place.frames() - 1L));
      return;
    }
    long node = state.nodeWithin(place.firstFrame(), place.endFrame());
    if (node >= 0) {
      flaw(
          DefectCode.LG6, node, -1, "is a node of the tree as well, so that the log means nothing");
      return;
    }
    state.claimFrames(place.firstFrame(), place.frames());
    LogScan scan = LogScan.of(persister, state.survey.info(), state.survey.frameCount(), lines);
    try (Space space = new Space(state.region, state.survey.frameCount())) {
      LogReplay replay =
          new LogReplay(
              state.region,
              state.units,
              space.totalFrames(),
              scan,
              taken(space, place)::markUsed,
              lines);
      CheckItems items = new CheckItems(state.items);
      for (long inode : scan.inodes()) {
        tell(replay, inode, items);
      }
      for (LogFlaw flaw : replay.flaws()) {
        flaw(codeOf(flaw.kind()), flaw.frame(), flaw.inode(), flaw.what());
      }
      LogReplay.Figures figures = replay.figures();
      state.logFacts =
          new LogFacts(
              place.frames(),
              scan.framesInUse(),
              figures.live,
              figures.stamped,
              figures.withoutFile,
              figures.cutOff + scan.tornRecords());
    }
  }

  private void flaw(DefectCode code, long frame, long inode, String what) {
    state.changed = true; // what else the log tells is in the items, and the log is given up
    state.defect(code, frame, inode, "log frame " + what);
  }

  private void tell(LogReplay replay, long inode, CheckItems items) throws IOException {
    Item item = new Item();
    boolean there = items.get(Keys.hi(inode, Keys.INODE), 0, item);
    try {
      LogReplay.File file = replay.begin(inode, there ? item : null);
      while (file != null && file.hasMore()) {
        file.tellSome(items);
      }
      if (file != null) {
        lines.told(file);
      }
    } catch (CorruptMetadataException e) {
      flaw(
          DefectCode.LG3,
          -1,
          inode,
          "has records of inode %d, which is damaged itself: %s".formatted(inode, e.getMessage()));
    }
  }

  /** What superblocks, nodes, the log and files have by the tree. */
  private DataSpace taken(Space space, LogPlace place) {
    DataSpace taken = new DataSpace(state.region, space, state.units);
    state.claim(taken, 0, state.units.blocksOf(2));
    state.claim(
        taken, state.units.blocksOf(place.firstFrame()), state.units.blocksOf(place.frames()));
    JournalPlace journal = state.survey.info().journal();
    state.claim(
        taken, state.units.blocksOf(journal.firstFrame()), state.units.blocksOf(journal.frames()));
    for (long pfn : state.survey.nodes()) {
      state.claim(taken, state.units.blocksOf(pfn), state.units.blocksOf(1));
    }
    for (Map.Entry<ItemKey, byte[]> item : state.items.entrySet()) {
      state.extentBlocks(
          item.getKey(), item.getValue(), (block, count) -> state.claim(taken, block, count));
    }
    return taken;
  }

  private static DefectCode codeOf(LogFlaw.Kind kind) {
    return switch (kind) {
      case UNREADABLE -> DefectCode.LG2;
      case IMPOSSIBLE -> DefectCode.LG3;
      case TAKEN -> DefectCode.LG4;
      case TWICE -> DefectCode.LG5;
      case UNKNOWN -> DefectCode.LG7;
    };
  }
}
