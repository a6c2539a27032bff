package io.jdax.tests.fsx;

import static java.util.Objects.requireNonNull;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.Sharing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One worker's file or part of a file: its model, its open views of it, and where it may touch. */
final class FsxSubject implements AutoCloseable {
  private static final List<TierMode> TIERS = List.of(TierMode.values());

  /** Something that the file system may refuse for want of space. */
  interface Attempt {
    void run() throws IOException;
  }

  final String path;
  final FsxModel model;
  final Random random;
  final FsxLog log;

  /** Where this worker may touch; all of the file for a worker that has it alone. */
  final long begin;

  final long end;

  /** Whether it has the file alone, and so may change its size. */
  final boolean alone;

  /** Whether the device is too small by intent. */
  final boolean tight;

  final int boundary;

  /** Whether the file goes through DRAM, at least when it is made. */
  final boolean cached;

  final int blockBytes;

  final List<FsxView> views = new ArrayList<>();
  final List<FsxPin> pins = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // open() comes before anything else
  private DaxFileSystem fs;

  private @Nullable DaxFile file;

  /** What a kill may leave, or null if it is all that has returned. */
  private final @Nullable FsxPast past;

  /** Whether writes by the handle are durable when they return. */
  private boolean synced;

  private long refusals;

  FsxSubject(
      String path,
      FsxModel model,
      long begin,
      long end,
      boolean alone,
      FsxVariant variant,
      Random random) {
    this.path = path;
    this.model = model;
    this.begin = begin;
    this.end = end;
    this.alone = alone;
    this.tight = variant.setup.tight;
    this.boundary = variant.setup.boundary;
    this.cached = variant.setup.frames > 0;
    this.blockBytes = variant.setup.blockBytes;
    this.past = cached ? new FsxPast(model, begin, end) : null;
    this.random = random;
    this.log = new FsxLog(path + " " + begin + ".." + end);
  }

  DaxFile file() {
    return requireNonNull(file);
  }

  /** Whether SYNC mappings are to be had. */
  boolean inPlace() throws IOException {
    return blockBytes == FsxModel.PAGE && !file().isCached();
  }

  long refusals() {
    return refusals;
  }

  /** After a mount. */
  void open(DaxFileSystem mounted) throws IOException {
    fs = mounted;
    reopen();
  }

  /** Mappings and pins live on. */
  void reopen() throws IOException {
    if (file != null) {
      file.close();
    }
    List<OpenMode> modes = new ArrayList<>(List.of(OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE));
    int mode = random.nextInt(6);
    synced = mode < 2;
    switch (mode) {
      case 0 -> modes.add(OpenMode.DSYNC);
      case 1 -> modes.add(OpenMode.SYNC);
      default -> {}
    }
    DaxFile opened = fs.open(path, modes.toArray(OpenMode[]::new));
    file = opened;
    if (cached && alone && views.isEmpty() && pins.isEmpty() && random.nextInt(3) == 0) {
      TierMode tier = TIERS.get(random.nextInt(TIERS.size()));
      log.add("tier " + tier);
      attempt(() -> opened.setTier(tier));
      if (!opened.isCached()) {
        settled();
      }
    }
  }

  /** Before an unmount. */
  @Override
  public void close() throws IOException {
    for (FsxPin pin : pins) {
      pin.pin().close();
    }
    pins.clear();
    // Some mappings are left to the file system to end.
    for (FsxView view : views) {
      if (random.nextBoolean()) {
        view.mapping.close();
      }
    }
    views.clear();
    if (file != null) {
      file.close();
      file = null;
    }
  }

  /** Whether it was done. It may be refused for want of space only where space is short. */
  boolean attempt(Attempt attempt) throws IOException {
    try {
      attempt.run();
      return true;
    } catch (NoSpaceException e) {
      if (!tight) {
        throw e;
      }
      refusals++;
      log.outcome("no space");
      // At once, while the refusal is at hand: it is to have changed nothing.
      if (alone && file().sizeBytes() != model.size()) {
        throw new AssertionError(
            "refused, but the size is " + file().sizeBytes() + ", was " + model.size(), e);
      }
      return false;
    }
  }

  // ---------------------------------------------------------------- what a kill leaves of it

  /** Bytes were written by a call, which tells the media at once unless the file is cached. */
  void written(long at, byte[] bytes) throws IOException {
    model.write(at, bytes, bytes.length);
    if (past != null) {
      boolean settled = synced || !file().isCached();
      past.changed(at, bytes, bytes.length, settled);
      past.sizeChanged();
      if (settled) {
        past.sizeSettled();
      }
    }
  }

  /** Bytes were stored, by a mapping or a pin, to pages that lie in place or in DRAM. */
  void stored(long at, byte[] bytes, int length) throws IOException {
    model.store(at, bytes, length);
    if (past != null) {
      past.changed(at, bytes, length, inPlace());
    }
  }

  /** Pages have got blocks for a pin. */
  void pinned(long at, int length) {
    model.mark(at, length, FsxModel.Page.DATA);
    if (past != null) {
      past.touch(at, length);
    }
  }

  void persisted(FsxView view, long at, int length) {
    if (past != null && view.mapping.sharing() == Sharing.SHARED) {
      past.settle(at, length);
    }
  }

  /** All of it is durable. */
  void settled() {
    if (past != null) {
      past.settleAll();
    }
  }

  void zeroed(long at, int length) {
    if (past != null) {
      past.zeroed(at, length);
    }
  }

  void grown(long size) {
    boolean grows = size > model.size();
    model.grow(size);
    if (past != null && grows) {
      past.sizeSettled();
    }
  }

  void truncated(long size) {
    long old = model.size();
    model.truncate(size);
    if (past != null) {
      past.zeroed(size, old - size);
      past.sizeSettled();
    }
    views.forEach(FsxView::truncated);
  }

  /** After a kill and a mount: the file is what it may be, which it is from now on. */
  void survived(DaxFileSystem mounted) throws IOException {
    if (past == null) {
      return; // what has returned is there: the model knows it
    }
    try (DaxFile left = mounted.open(path)) {
      long size = left.sizeBytes();
      if (!past.allowsSize(size)) {
        throw new AssertionError("a kill leaves " + size + " bytes of " + model.size());
      }
      byte[] found = new byte[Math.clamp(Math.min(size, end) - begin, 0, (int) (end - begin))];
      if (found.length > 0) {
        left.read(begin, MemorySegment.ofArray(found));
      }
      require(past.mismatch(found), "after a kill");
      past.adopt(found, size);
    }
  }

  // ---------------------------------------------------------------- where

  /** The end of what may be touched now in a mapping: whole pages of the file. */
  long mappableEnd() {
    return Math.min(end, model.mappableEnd());
  }

  /** An offset, mostly near the boundary or near the end of the file. */
  long spot(long from, long to) {
    if (to <= from + 1) {
      return from;
    }
    long at =
        switch (random.nextInt(8)) {
          case 0 -> from + (long) (random.nextDouble() * (to - from));
          case 1 -> model.size() - 5 + random.nextInt(10);
          case 2, 3 -> near(FsxModel.PAGE, from, to);
          default -> near(boundary, from, to) + (random.nextInt(9) - 4L) * FsxModel.PAGE;
        };
    return Math.clamp(at, from, to - 1);
  }

  private long near(int unit, long from, long to) {
    long count = (to - from) / unit + 1;
    long at = (from / unit + (long) (random.nextDouble() * count)) * unit;
    return switch (random.nextInt(3)) {
      case 0 -> at;
      case 1 -> at - 8 + random.nextInt(16);
      default -> at + random.nextInt(FsxModel.PAGE);
    };
  }

  /** Mostly small, sometimes whole pages, seldom large. */
  int length(long at, long to) {
    int n =
        switch (random.nextInt(10)) {
          case 0 -> 1;
          case 1, 2, 3 -> 1 + random.nextInt(64);
          case 4, 5 -> 1 + random.nextInt(2 * FsxModel.PAGE);
          case 6, 7 -> FsxModel.PAGE * (1 + random.nextInt(4));
          case 8 -> 1 + random.nextInt(16 * FsxModel.PAGE);
          default -> random.nextInt(6) == 0 ? boundary + random.nextInt(boundary) : 4096;
        };
    return (int) Math.min(n, to - at);
  }

  byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Whether a pin holds whole pages of a range of bytes. */
  boolean pinned(long from, long to) {
    long firstPage = (from + FsxModel.PAGE - 1) / FsxModel.PAGE;
    return pins.stream().anyMatch(pin -> pin.holds(firstPage, to / FsxModel.PAGE));
  }

  /** Whether a pin holds any page that a range of bytes touches. */
  boolean pinTouches(long from, long to) {
    long endPage = (to - 1) / FsxModel.PAGE + 1;
    return pins.stream().anyMatch(pin -> pin.holds(from / FsxModel.PAGE, endPage));
  }

  /** Fails unless {@code wrong} is −1. */
  void require(long wrong, String what) {
    if (wrong >= 0) {
      throw new AssertionError(
          what
              + ": wrong byte at "
              + wrong
              + " (page "
              + wrong / FsxModel.PAGE
              + ", "
              + model.page(wrong / FsxModel.PAGE)
              + "; expected "
              + model.get(wrong)
              + "; size "
              + model.size()
              + ")");
    }
  }
}
