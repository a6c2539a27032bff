package io.jdax.tests.fsx;

import static io.jdax.tests.fsx.FsxModel.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import java.io.IOException;

/** What is done with mappings as a whole. */
final class FsxViewOps {
  private static final int MAX_VIEWS = 5;

  private final FsxSubject s;

  FsxViewOps(FsxSubject subject) {
    this.s = subject;
  }

  void map() throws IOException {
    if (s.views.size() == MAX_VIEWS) {
      unmap();
    }
    long first = s.spot(s.begin, s.end) / PAGE * PAGE;
    if (s.alone && s.random.nextBoolean()) {
      first = first / s.boundary * s.boundary;
    }
    long length = s.random.nextBoolean() ? s.end - first : s.length(first, s.end);
    Sharing sharing =
        switch (s.random.nextInt(6)) {
          case 0 -> Sharing.READ_ONLY;
          case 1 -> Sharing.PRIVATE;
          default -> Sharing.SHARED;
        };
    HolePolicy holes =
        sharing != Sharing.PRIVATE && s.random.nextInt(6) == 0
            ? HolePolicy.MARKER
            : HolePolicy.ZERO;
    boolean sync = sharing == Sharing.SHARED && s.inPlace() && s.random.nextInt(4) == 0;
    s.log.add("map " + first + " +" + length + " " + sharing + " " + sync + " " + holes);
    s.views.add(new FsxView(s, s.file().map(first, Math.max(1, length), sharing, sync, holes)));
  }

  void unmap() {
    if (!s.views.isEmpty()) {
      FsxView view = s.views.remove(s.random.nextInt(s.views.size()));
      s.log.add("unmap " + view);
      view.mapping.close();
    }
  }

  void persist() throws IOException {
    FsxView view = any();
    long at = s.spot(view.first, view.end);
    int length = s.length(at, view.end);
    s.log.add("persist " + at + " +" + length + " of " + view);
    view.mapping.persist(at - view.first, length);
    s.persisted(view, at, length);
  }

  /** One of those that are open; there is always one. */
  FsxView any() throws IOException {
    if (s.views.isEmpty()) {
      map();
    }
    return s.views.get(s.random.nextInt(s.views.size()));
  }

  /** The mapping's own walk of its holes agrees with the file's. */
  void seek() throws IOException {
    FsxView view = any();
    long at = s.spot(view.first, view.end);
    s.log.add("walk " + at + " of " + view);
    long data = view.mapping.nextData(at - view.first);
    long ofFile = s.file().nextData(at);
    if (s.alone) {
      assertEquals(
          ofFile < 0 || ofFile >= view.end ? -1 : ofFile, data < 0 ? -1 : data + view.first);
    }
  }
}
