package io.jdax.cache;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Pages that may leave, by file, ascending. */
final class Candidates {
  /** Of one file. */
  static final class Batch {
    long[] pages = new long[16];
    int count;

    private void add(long page) {
      if (count == pages.length) {
        pages = Arrays.copyOf(pages, count * 2);
      }
      pages[count++] = page;
    }
  }

  private final Map<FrameOwner, Batch> byOwner = new LinkedHashMap<>();
  private int count;

  void add(FrameOwner owner, long page) {
    byOwner.computeIfAbsent(owner, o -> new Batch()).add(page);
    count++;
  }

  int count() {
    return count;
  }

  Map<FrameOwner, Batch> sorted() {
    byOwner.values().forEach(batch -> Arrays.sort(batch.pages, 0, batch.count));
    return byOwner;
  }
}
