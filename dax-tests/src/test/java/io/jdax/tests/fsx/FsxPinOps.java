package io.jdax.tests.fsx;

import static io.jdax.tests.fsx.FsxModel.PAGE;

import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import java.io.IOException;

/** What is done to the file through pins. */
final class FsxPinOps {
  private static final int MAX_PINS = 2;

  private final FsxSubject s;

  FsxPinOps(FsxSubject subject) {
    this.s = subject;
  }

  void pin() throws IOException {
    long to = Math.min(s.end, s.model.size());
    if (s.pins.size() == MAX_PINS || to <= s.begin) {
      unpin();
      return;
    }
    long at = s.spot(s.begin, to);
    int length = Math.min(s.length(at, to), 8 * PAGE);
    PinAccess access = s.random.nextBoolean() ? PinAccess.READ : PinAccess.WRITE;
    boolean longTerm = s.random.nextBoolean();
    s.log.add("pin " + at + " +" + length + " " + access + (longTerm ? " long-term" : ""));
    Pin[] pin = new Pin[1];
    boolean unshares = longTerm || access == PinAccess.WRITE;
    if (s.attempt(() -> pin[0] = s.file().pin(at, length, access, longTerm))) {
      s.pins.add(new FsxPin(pin[0], at, length));
      if (unshares) {
        s.pinned(at, length);
      }
    } else {
      s.model.maybeAllocated(at, length);
    }
  }

  /** Loads what must be there, or stores, through a pin. */
  void access() throws IOException {
    if (s.pins.isEmpty()) {
      pin();
      return;
    }
    FsxPin pin = s.pins.get(s.random.nextInt(s.pins.size()));
    long to = Math.min(pin.offset() + pin.length(), s.model.size());
    if (to <= pin.offset()) {
      return;
    }
    long at = s.spot(pin.offset(), to);
    int n = s.length(at, to);
    if (pin.pin().access() == PinAccess.WRITE && s.random.nextBoolean()) {
      s.log.add("pin store " + at + " +" + n);
      byte[] bytes = s.noise(n);
      pin.store(at, bytes, n);
      s.stored(at, bytes, n);
    } else if (pin.coherent()) {
      s.log.add("pin load " + at + " +" + n);
      s.require(s.model.mismatch(at, pin.load(at, n), 0, n), "pin load");
    }
  }

  void unpin() throws IOException {
    if (!s.pins.isEmpty()) {
      FsxPin pin = s.pins.remove(s.random.nextInt(s.pins.size()));
      s.log.add("unpin " + pin.offset() + " +" + pin.length());
      pin.pin().close();
    }
  }
}
