package io.jdax.fs.tree;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Metadata was committed. Off unless a recording asks for it. */
@Name("io.jdax.Commit")
@Label("Metadata commit")
@Category({"jdax", "fs"})
@Description("Metadata was committed.")
@Enabled(false)
@StackTrace(false)
final class CommitEvent extends Event {
  private static final CommitEvent PROBE = new CommitEvent();

  @Label("Nodes")
  @Description("How many nodes were written; 0 if the journal told the changes.")
  int nodes;

  /** An event whose clock runs, or null, at the price of one test, while nothing is recorded. */
  static @Nullable CommitEvent begun() {
    if (!PROBE.isEnabled()) {
      return null;
    }
    CommitEvent event = new CommitEvent();
    event.begin();
    return event;
  }

  void finish(int nodes) {
    this.nodes = nodes;
    commit();
  }
}
