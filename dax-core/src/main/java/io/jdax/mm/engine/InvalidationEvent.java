package io.jdax.mm.engine;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Pages were taken out of the mappings of a file. Off unless a recording asks for it. */
@Name("io.jdax.Invalidation")
@Label("Invalidation")
@Category({"jdax", "mm"})
@Description("Pages were taken out of the mappings of a file.")
@Enabled(false)
@StackTrace(false)
final class InvalidationEvent extends Event {
  private static final InvalidationEvent PROBE = new InvalidationEvent();

  @Label("File")
  String file = "";

  @Label("First page")
  long firstPage;

  @Label("Page count")
  long pageCount;

  @Label("Dropped pages")
  long droppedPages;

  /** An event whose clock runs, or null if nobody records, which costs one test. */
  static @Nullable InvalidationEvent begun() {
    if (!PROBE.isEnabled()) {
      return null;
    }
    InvalidationEvent event = new InvalidationEvent();
    event.begin();
    return event;
  }

  void finish(String file, long firstPage, long pageCount, long droppedPages) {
    this.file = file;
    this.firstPage = firstPage;
    this.pageCount = pageCount;
    this.droppedPages = droppedPages;
    commit();
  }
}
