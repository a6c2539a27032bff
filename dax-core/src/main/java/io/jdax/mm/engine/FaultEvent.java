package io.jdax.mm.engine;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A page was made present in a mapping. Off unless a recording asks for it. */
@Name("io.jdax.Fault")
@Label("Page fault")
@Category({"jdax", "mm"})
@Description("A page was made present in a mapping.")
@Enabled(false)
@StackTrace(false)
final class FaultEvent extends Event {
  private static final FaultEvent PROBE = new FaultEvent();

  @Label("File")
  String file = "";

  @Label("Page")
  long page;

  @Label("Store")
  boolean store;

  /** An event whose clock runs, or null if nobody records, which costs one test. */
  static @Nullable FaultEvent begun() {
    if (!PROBE.isEnabled()) {
      return null;
    }
    FaultEvent event = new FaultEvent();
    event.begin();
    return event;
  }

  void finish(String file, long page, boolean store) {
    this.file = file;
    this.page = page;
    this.store = store;
    commit();
  }
}
