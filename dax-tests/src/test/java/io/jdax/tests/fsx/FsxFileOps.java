package io.jdax.tests.fsx;

import static io.jdax.tests.fsx.FsxModel.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.mm.PinnedException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** What is done to the file by calls. */
final class FsxFileOps {
  private final FsxSubject s;

  FsxFileOps(FsxSubject subject) {
    this.s = subject;
  }

  void read() throws IOException {
    long at = s.spot(s.begin, s.end);
    int length = s.random.nextInt(50) == 0 ? 0 : s.length(at, s.end);
    s.log.add("read " + at + " +" + length);
    byte[] got = new byte[length];
    int expected = Math.clamp(s.model.size() - at, 0, length);
    int n;
    switch (s.random.nextInt(3)) {
      case 0 -> n = s.file().read(at, MemorySegment.ofArray(got));
      case 1 -> {
        ByteBuffer buffer = ByteBuffer.wrap(got);
        n = s.file().read(at, buffer);
        assertEquals(Math.max(0, n), buffer.position(), "position");
      }
      default -> {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment memory = arena.allocate(Math.max(1, length)).asSlice(0, length);
          n = s.file().read(at, memory);
          MemorySegment.copy(memory, 0, MemorySegment.ofArray(got), 0, length);
        }
      }
    }
    assertEquals(length == 0 ? 0 : expected == 0 ? -1 : expected, n, "bytes read");
    s.require(s.model.mismatch(at, got, 0, expected), "read");
  }

  void write() throws IOException {
    long at = s.spot(s.begin, s.end);
    byte[] bytes = s.noise(s.length(at, s.end));
    s.log.add("write " + at + " +" + bytes.length);
    boolean done =
        s.attempt(
            () -> {
              if (s.random.nextBoolean()) {
                s.file().write(at, MemorySegment.ofArray(bytes));
              } else {
                assertEquals(bytes.length, s.file().write(at, ByteBuffer.wrap(bytes)), "written");
              }
            });
    if (done) {
      s.written(at, bytes);
    }
  }

  void append() throws IOException {
    long at = s.model.size();
    byte[] bytes = s.noise(s.length(at, s.end));
    s.log.add("append +" + bytes.length);
    if (bytes.length == 0) {
      return;
    }
    boolean done =
        s.attempt(() -> assertEquals(at, s.file().append(MemorySegment.ofArray(bytes)), "append"));
    if (done) {
      s.written(at, bytes);
    }
  }

  /** To shrink is never refused for want of space; to grow may be, since metadata is rewritten. */
  void truncate() throws IOException {
    long size = s.random.nextInt(6) == 0 ? 0 : s.spot(0, s.end + 1);
    s.log.add("truncate " + size + " from " + s.model.size());
    long old = s.model.size();
    boolean mustFail = size < old && s.pinned(size, Long.MAX_VALUE);
    boolean mayFail = mustFail || s.pinTouches(Math.min(size, old), Long.MAX_VALUE);
    boolean[] done = new boolean[1];
    FsxSubject.Attempt attempt =
        () -> done[0] = tryUnpinned(mustFail, mayFail, () -> s.file().truncate(size));
    if (size > old) {
      s.attempt(attempt);
    } else {
      attempt.run();
    }
    if (!done[0]) {
      return;
    }
    s.truncated(size);
  }

  void punch() throws IOException {
    long at = s.spot(s.begin, s.end);
    int length = Math.max(1, s.length(at, s.end));
    s.log.add("punch " + at + " +" + length);
    boolean mustFail = s.pinned(at, at + length);
    boolean mayFail = s.pinTouches(at, at + length);
    if (tryUnpinned(mustFail, mayFail, () -> s.file().punchHole(at, length))) {
      s.model.punch(at, length);
      s.zeroed(at, length);
    }
  }

  void zeroRange() throws IOException {
    long at = s.spot(s.begin, s.end);
    int length = Math.max(1, s.length(at, s.end));
    boolean keep = s.random.nextBoolean();
    s.log.add("zeroRange " + at + " +" + length + (keep ? " keep" : ""));
    boolean mayFail = s.pinTouches(at, at + length);
    boolean[] done = new boolean[1];
    s.attempt(
        () -> done[0] = tryUnpinned(false, mayFail, () -> s.file().zeroRange(at, length, keep)));
    if (done[0]) {
      s.model.zeroRange(at, length);
      s.zeroed(at, length);
      if (!keep) {
        s.grown(at + length);
      }
    }
  }

  void allocate() throws IOException {
    long at = s.spot(s.begin, s.end);
    int length = Math.max(1, s.length(at, s.end));
    boolean keep = s.random.nextBoolean();
    s.log.add("allocate " + at + " +" + length + (keep ? " keep" : ""));
    if (s.attempt(() -> s.file().allocate(at, length, keep)) && !keep) {
      s.grown(at + length);
    }
  }

  private boolean tryUnpinned(boolean mustFail, boolean mayFail, FsxSubject.Attempt attempt)
      throws IOException {
    try {
      attempt.run();
    } catch (PinnedException e) {
      assertTrue(mayFail, () -> "no pin is in the way: " + e);
      s.log.outcome("pinned");
      return false;
    }
    assertTrue(!mustFail, "pages were taken from under a pin");
    return true;
  }

  void fsync() throws IOException {
    s.log.add("fsync");
    s.file().fsync();
    s.settled();
  }

  /** S2.1: nextData and nextHole, against what is known of each page. */
  void seek() throws IOException {
    long at = s.spot(s.begin, s.end);
    boolean data = s.random.nextBoolean();
    s.log.add((data ? "nextData " : "nextHole ") + at);
    long found = data ? s.file().nextData(at) : s.file().nextHole(at);
    long size = s.model.size();
    long limit = Math.min(size, s.end);
    FsxModel.Page wanted = data ? FsxModel.Page.DATA : FsxModel.Page.HOLE;
    if (at >= size) {
      assertEquals(-1, found, "at or beyond the end");
      return;
    }
    if (found < 0) {
      assertTrue(data, "the end counts as a hole");
    } else {
      assertTrue(found >= at && found <= (data ? size - 1 : size), () -> "found " + found);
      assertTrue(
          found == at || found % PAGE == 0 || found == size, () -> "inside of a page: " + found);
      if (found < limit) {
        assertTrue(
            s.model.page(found / PAGE) == wanted
                || s.model.page(found / PAGE) == FsxModel.Page.EITHER,
            () -> "found " + found + ", which is " + s.model.page(found / PAGE));
      }
    }
    long to = found < 0 ? limit : found == at ? 0 : Math.min(found, limit);
    for (long page = at / PAGE; page * PAGE < to; page++) {
      long p = page;
      assertTrue(s.model.page(p) != wanted, () -> "found " + found + ", passed page " + p);
    }
  }
}
