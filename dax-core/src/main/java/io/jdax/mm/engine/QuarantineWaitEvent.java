package io.jdax.mm.engine;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who gave up frames waited for room in the quarantine. Off unless a recording asks for
 * it.
 */
@Name("io.jdax.QuarantineWait")
@Label("Quarantine wait")
@Category({"jdax", "mm"})
@Description("Somebody who gave up frames waited for room in the quarantine.")
@Enabled(false)
@StackTrace(false)
final class QuarantineWaitEvent extends Event {
  private static final QuarantineWaitEvent PROBE = new QuarantineWaitEvent();

  @Label("Page count")
  long pageCount;

  /** An event whose clock runs, or null if nobody records, which costs one test. */
  static @Nullable QuarantineWaitEvent begun() {
    if (!PROBE.isEnabled()) {
      return null;
    }
    QuarantineWaitEvent event = new QuarantineWaitEvent();
    event.begin();
    return event;
  }

  void finish(long pageCount) {
    this.pageCount = pageCount;
    commit();
  }
}
