package io.jdax.fs.check;

import io.jdax.fs.journal.JournalPlace;
import io.jdax.fs.journal.JournalScan;
import io.jdax.persist.Persister;
import java.io.IOException;

/**
 * Tells the items what the journal of changes has, as a mount does, so that what is checked after
 * it is what a mount shows. Changes that count are no defect, and a repair writes them.
 */
final class CheckJournal {
  private final CheckState state;
  private final Persister persister;

  CheckJournal(CheckState state, Persister persister) {
    this.state = state;
    this.persister = persister;
  }

  void run() throws IOException {
    JournalPlace place = state.survey.info().journal();
    if (!place.exists()) {
      return;
    }
    if (!state.survey.isJournalPossible()) {
      flaw(
          DefectCode.JN1,
          -1,
          "has %d frames at frame %d, which are not all on the device"
              .formatted(place.frames(), place.firstFrame()));
      return;
    }
    long node = state.nodeWithin(place.firstFrame(), place.endFrame());
    if (node >= 0) {
      flaw(
          DefectCode.JN2,
          node,
          "has frame %d, which is a node of the tree as well, so that it means nothing"
              .formatted(node));
      return;
    }
    state.claimFrames(place.firstFrame(), place.frames());
    JournalScan journal = state.survey.journal(persister);
    if (journal.count() > 0) {
      state.changed = true; // a repair that wrote superblocks alone would make the changes void
      // Whatever they take out of the tree, a repair that is cut short still needs.
      state.items.forEach((key, value) -> state.extentBlocks(key, value, state::keep));
    }
    CheckItems items = new CheckItems(state.items);
    for (int i = 0; i < journal.count(); i++) {
      journal.tell(i, items);
    }
    if (journal.flaw() != null) {
      flaw(DefectCode.JN3, -1, journal.flaw());
    }
    state.journalFacts = new JournalFacts(place.frames(), journal.count());
  }

  private void flaw(DefectCode code, long frame, String what) {
    state.changed = true;
    state.defect(code, frame, -1, "the journal " + what);
  }
}
