package io.jdax.mm.engine;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Dirty pages of a file were flushed. Off unless a recording asks for it. */
@Name("io.jdax.Writeback")
@Label("Writeback")
@Category({"jdax", "mm"})
@Description("Dirty pages of a file were flushed.")
@Enabled(false)
@StackTrace(false)
final class WritebackEvent extends Event {
  private static final WritebackEvent PROBE = new WritebackEvent();

  @Label("File")
  String file = "";

  @Label("Offset")
  long offset;

  @Label("Length")
  long length;

  @Label("Flushed pages")
  long flushedPages;

  /** An event whose clock runs, or null if nobody records, which costs one test. */
  static @Nullable WritebackEvent begun() {
    if (!PROBE.isEnabled()) {
      return null;
    }
    WritebackEvent event = new WritebackEvent();
    event.begin();
    return event;
  }

  void finish(String file, long offset, long length, long flushedPages) {
    this.file = file;
    this.offset = offset;
    this.length = length;
    this.flushedPages = flushedPages;
    commit();
  }
}
