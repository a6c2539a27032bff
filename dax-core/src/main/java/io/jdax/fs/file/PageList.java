package io.jdax.fs.file;

import io.jdax.fs.facts.FilePages;
import io.jdax.fs.facts.FilePages.Place;
import java.util.ArrayList;
import java.util.List;

/** Runs of pages in ascending order, neighbours in the same place joined. */
public final class PageList {
  private final List<FilePages> runs = new ArrayList<>();

  public void add(long firstPage, long pageCount, Place place) {
    FilePages last = runs.isEmpty() ? null : runs.getLast();
    if (last != null && last.place() == place && last.firstPage() + last.pageCount() == firstPage) {
      runs.removeLast();
      runs.add(new FilePages(last.firstPage(), last.pageCount() + pageCount, place));
    } else if (pageCount > 0) {
      runs.add(new FilePages(firstPage, pageCount, place));
    }
  }

  public List<FilePages> all() {
    return runs;
  }
}
