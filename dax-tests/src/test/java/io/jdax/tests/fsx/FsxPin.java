package io.jdax.tests.fsx;

import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import java.lang.foreign.MemorySegment;

/** A pin, with its bytes as one range of the file. */
record FsxPin(Pin pin, long offset, long length) {
  /** Whether later changes of the file must be seen through it. */
  boolean coherent() {
    return pin.longTerm() || pin.access() == PinAccess.WRITE;
  }

  /** Whether it holds pages from {@code firstPage} to before {@code endPage}. */
  boolean holds(long firstPage, long endPage) {
    return offset / FsxModel.PAGE < endPage
        && (offset + length + FsxModel.PAGE - 1) / FsxModel.PAGE > firstPage;
  }

  byte[] load(long at, int n) {
    byte[] out = new byte[n];
    move(at, MemorySegment.ofArray(out), n, false);
    return out;
  }

  void store(long at, byte[] src, int n) {
    move(at, MemorySegment.ofArray(src), n, true);
  }

  private void move(long at, MemorySegment other, int n, boolean in) {
    long skip = at - offset;
    long done = 0;
    for (MemorySegment s : pin.segments()) {
      if (skip >= s.byteSize()) {
        skip -= s.byteSize();
        continue;
      }
      long m = Math.min(n - done, s.byteSize() - skip);
      if (in) {
        MemorySegment.copy(other, done, s, skip, m);
      } else {
        MemorySegment.copy(s, skip, other, done, m);
      }
      done += m;
      skip = 0;
      if (done == n) {
        return;
      }
    }
    throw new AssertionError("the pin has " + done + " of " + n + " bytes at " + at);
  }
}
