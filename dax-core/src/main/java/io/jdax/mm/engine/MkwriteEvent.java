package io.jdax.mm.engine;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A store allocated a page or converted an unwritten one. Off unless a recording asks for it. */
@Name("io.jdax.Mkwrite")
@Label("Page made writable")
@Category({"jdax", "mm"})
@Description("A store allocated a page or converted an unwritten one.")
@Enabled(false)
@StackTrace(false)
final class MkwriteEvent extends Event {
  private static final MkwriteEvent PROBE = new MkwriteEvent();

  @Label("File")
  String file = "";

  @Label("Page")
  long page;

  @Label("Pfn")
  long pfn;

  @Label("Conversion")
  boolean conversion;

  /** An event whose clock runs, or null if nobody records, which costs one test. */
  static @Nullable MkwriteEvent begun() {
    if (!PROBE.isEnabled()) {
      return null;
    }
    MkwriteEvent event = new MkwriteEvent();
    event.begin();
    return event;
  }

  void finish(String file, long page, long pfn, boolean conversion) {
    this.file = file;
    this.page = page;
    this.pfn = pfn;
    this.conversion = conversion;
    commit();
  }
}
