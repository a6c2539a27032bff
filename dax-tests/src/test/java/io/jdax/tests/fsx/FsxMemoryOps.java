package io.jdax.tests.fsx;

import static io.jdax.tests.fsx.FsxModel.PAGE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.mm.BeyondEndException;
import io.jdax.mm.HoleException;
import io.jdax.mm.ReadOnlyMappingException;
import io.jdax.mm.Sharing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Loads and stores through mappings. */
final class FsxMemoryOps {
  private final FsxSubject s;
  private final FsxViewOps views;

  FsxMemoryOps(FsxSubject subject, FsxViewOps views) {
    this.s = subject;
    this.views = views;
  }

  private static final List<FsxAccess> ACCESSES = List.of(FsxAccess.values());

  /** One to eight bytes at a place, and in a mode. */
  private record Word(FsxAccess access, long at, int width) {}

  private Word word(FsxView view) {
    int width = 1 << s.random.nextInt(4);
    FsxAccess access = ACCESSES.get(s.random.nextInt(ACCESSES.size()));
    long at = s.spot(view.first, view.end);
    if (access.wantsAlignment()) {
      at &= -width;
    }
    return new Word(access, Math.min(at, view.end - width), width);
  }

  void load() throws IOException {
    FsxView view = views.any();
    Word w = word(view);
    s.log.add("load " + w + " of " + view);
    byte[][] got = new byte[1][];
    if (access(
        view,
        w.at,
        w.width,
        Kind.LOAD,
        () -> got[0] = w.access.load(view.mapping, w.at - view.first, w.width))) {
      s.require(view.mismatch(w.at, got[0], w.width), "load");
    }
  }

  void store() throws IOException {
    FsxView view = views.any();
    Word w = word(view);
    byte[] bytes = s.noise(w.width);
    byte[] old = view.expected(w.at, w.width);
    boolean swap =
        old != null && w.access == FsxAccess.VOLATILE && w.width >= 4 && s.random.nextBoolean();
    s.log.add((swap ? "compareAndSet " : "store ") + w + " of " + view);
    long in = w.at - view.first;
    boolean done =
        access(
            view,
            w.at,
            w.width,
            Kind.STORE,
            () -> {
              if (swap) {
                byte[] there = requireNonNull(old);
                byte[] other = there.clone();
                other[0]++;
                assertFalse(FsxAccess.swap(view.mapping, in, other, bytes, w.width), "swapped");
                assertTrue(FsxAccess.swap(view.mapping, in, there, bytes, w.width), "not swapped");
              } else {
                w.access.store(view.mapping, in, bytes, w.width);
              }
            });
    if (done) {
      view.stored(w.at, bytes, w.width);
    }
  }

  void bulkLoad() throws IOException {
    FsxView view = views.any();
    long at = s.spot(view.first, view.end);
    int length = s.length(at, view.marksHoles() ? (at / PAGE + 1) * PAGE : view.end);
    s.log.add("copyTo " + at + " +" + length + " of " + view);
    byte[] got = new byte[length];
    if (access(
        view,
        at,
        length,
        Kind.LOAD,
        () -> view.mapping.copyTo(at - view.first, MemorySegment.ofArray(got), 0, length))) {
      s.require(view.mismatch(at, got, length), "copyTo");
    }
  }

  /** Bulk stores may fail after a prefix: only whole pages of the file are asked for. */
  void bulkStore() throws IOException {
    FsxView view = views.any();
    long at = s.spot(view.first, view.end);
    long to = view.marksHoles() ? (at / PAGE + 1) * PAGE : Math.min(view.end, s.mappableEnd());
    if (at >= to) {
      return;
    }
    int length = s.length(at, to);
    boolean fill = s.random.nextInt(3) == 0;
    byte[] bytes = s.noise(length);
    if (fill) {
      Arrays.fill(bytes, bytes[0]);
    }
    s.log.add((fill ? "fill " : "copyFrom ") + at + " +" + length + " of " + view);
    try {
      boolean done =
          access(
              view,
              at,
              length,
              Kind.BULK_STORE,
              () -> {
                if (fill) {
                  view.mapping.fill(at - view.first, length, bytes[0]);
                } else {
                  view.mapping.copyFrom(at - view.first, MemorySegment.ofArray(bytes), 0, length);
                }
              });
      if (done) {
        view.stored(at, bytes, length);
      }
    } catch (NoSpaceException e) {
      if (!s.tight) {
        throw e;
      }
      s.log.outcome("no space");
      keepPrefix(view, at, bytes);
    }
  }

  /** What a bulk store for which space ran out has done must be a prefix, of whole pages. */
  private void keepPrefix(FsxView view, long at, byte[] bytes) throws IOException {
    for (long page = at; page < at + bytes.length; page = (page / PAGE + 1) * PAGE) {
      int from = (int) (page - at);
      int n = (int) (Math.min(at + bytes.length, (page / PAGE + 1) * PAGE) - page);
      n = (int) Math.min(n, s.model.size() - page);
      byte[] got = new byte[Math.max(0, n)];
      s.file().read(page, MemorySegment.ofArray(got));
      if (n <= 0 || !Arrays.equals(got, 0, n, bytes, from, from + n)) {
        s.require(n <= 0 ? -1 : s.model.mismatch(page, got, 0, n), "after a failed bulk store");
        return; // the rest is checked by whatever comes
      }
      if (s.model.mismatch(page, got, 0, n) < 0) {
        s.model.maybeAllocated(page, n); // stored what was there: nobody can tell
      } else {
        view.stored(page, Arrays.copyOfRange(bytes, from, from + n), n);
      }
    }
  }

  private enum Kind {
    LOAD,
    STORE,
    BULK_STORE
  }

  /** Does one access, and whether it went through; judges if it may fail, or had to. */
  private boolean access(FsxView view, long at, int length, Kind kind, FsxSubject.Attempt attempt)
      throws IOException {
    boolean beyond = at + length > s.model.mappableEnd();
    boolean refused = kind != Kind.LOAD && !view.stores();
    FsxModel.Page[] seen = view.marksHoles() && !beyond ? pages(at, length) : new FsxModel.Page[0];
    try {
      if (!(kind == Kind.STORE ? s.attempt(attempt) : ran(attempt))) {
        touched(view, at, length);
        return false;
      }
      assertFalse(beyond, "an access beyond the end went through");
      assertFalse(refused, "a store through a read-only mapping went through");
      assertTrue(
          Arrays.stream(seen).noneMatch(FsxModel.Page.HOLE::equals), "a marked hole went through");
      return true;
    } catch (BeyondEndException e) {
      assertTrue(beyond, () -> "it is not beyond the end: " + e);
      s.log.outcome("beyond the end");
      touched(view, at, length);
    } catch (ReadOnlyMappingException e) {
      assertTrue(refused, e::toString);
      s.log.outcome("read-only");
    } catch (HoleException e) {
      boolean data = Arrays.stream(seen).allMatch(FsxModel.Page.DATA::equals);
      assertTrue(view.marksHoles() && (beyond || !data), () -> "it is not a hole: " + e);
      s.log.outcome("hole");
      touched(view, at, length);
    }
    return false;
  }

  private static boolean ran(FsxSubject.Attempt attempt) throws IOException {
    attempt.run();
    return true;
  }

  /** A store to two pages that failed at the second may have left the first with a block. */
  private void touched(FsxView view, long at, int length) {
    if (view.mapping.sharing() == Sharing.SHARED) {
      s.model.maybeAllocated(at, Math.min(length, s.end - at));
    }
  }

  private FsxModel.Page[] pages(long at, int length) {
    int first = (int) (at / PAGE);
    FsxModel.Page[] out = new FsxModel.Page[(int) ((at + length - 1) / PAGE) - first + 1];
    for (int i = 0; i < out.length; i++) {
      out[i] = s.model.page(first + i);
    }
    return out;
  }
}
