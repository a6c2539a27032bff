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
public final class MkwriteEvent extends Event {
  private static final MkwriteEvent PROBE = new MkwriteEvent();

  @Label("File")
  public String file = "";

  @Label("Page")
  public long page;

  @Label("Pfn")
  public long pfn;

  @Label("Conversion")
  public boolean conversion;

  /** An event whose clock runs; null, at the price of one test, while nobody records. */
  public static @Nullable MkwriteEvent begun() {
    if (!PROBE.isEnabled()) {
      return null;
    }
    MkwriteEvent event = new MkwriteEvent();
    event.begin();
    return event;
  }

  public void finish(String file, long page, long pfn, boolean conversion) {
    this.file = file;
    this.page = page;
    this.pfn = pfn;
    this.conversion = conversion;
    commit();
  }
}
