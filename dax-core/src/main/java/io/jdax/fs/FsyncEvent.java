package io.jdax.fs;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A file was made durable by fsync. Off unless a recording asks for it. */
@Name("io.jdax.Fsync")
@Label("fsync")
@Category({"jdax", "fs"})
@Description("A file was made durable by fsync.")
@Enabled(false)
@StackTrace(false)
final class FsyncEvent extends Event {
  private static final FsyncEvent PROBE = new FsyncEvent();

  @Label("Inode")
  long inode;

  /** An event whose clock runs; null, at the price of one test, while nobody records. */
  static @Nullable FsyncEvent begun() {
    if (!PROBE.isEnabled()) {
      return null;
    }
    FsyncEvent event = new FsyncEvent();
    event.begin();
    return event;
  }

  void finish(long inode) {
    this.inode = inode;
    commit();
  }
}
