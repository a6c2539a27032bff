package io.jdax.mm.engine;

import io.jdax.mm.AddressSpaceStatistics;
import io.jdax.mm.MappingStatistics;

/** Adds up what the mappings of one file did and show. */
final class Totals implements MappingTree.Visitor<RuntimeException> {
  private int open;
  private long presentPages;
  private long zeroPages;
  private long mkwrites;

  private Totals() {}

  @Override
  public void visit(MappedArea area) {
    MappingStatistics its = area.pages.statistics();
    open += area.memory.isOpen() ? 1 : 0;
    presentPages += its.presentPages();
    zeroPages += its.zeroPages();
    mkwrites += area.pages.mkwrites();
  }

  /** Walks all mappings. */
  static AddressSpaceStatistics of(MappedFile file, int pins) {
    Totals totals = new Totals();
    file.mappings.overlapping(0, Long.MAX_VALUE, totals);
    Counters counters = file.counters;
    return new AddressSpaceStatistics(
        totals.open,
        totals.presentPages,
        totals.zeroPages,
        counters.mkwrites.sum() + totals.mkwrites,
        counters.invalidations.sum(),
        counters.droppedPages.sum(),
        counters.writebacks.sum(),
        counters.flushedPages.sum(),
        pins);
  }
}
