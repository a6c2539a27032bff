package io.jdax.mm.engine;

import io.jdax.mm.AddressSpaceStatistics;
import java.util.concurrent.atomic.LongAdder;

/** What {@link AddressSpaceStatistics} are read from, counted as it happens. */
final class Counters {
  /** Those of pins, and of mappings that are gone. Mappings that are there count their own. */
  final LongAdder mkwrites = new LongAdder();

  final LongAdder invalidations = new LongAdder();
  final LongAdder droppedPages = new LongAdder();
  final LongAdder writebacks = new LongAdder();
  final LongAdder flushedPages = new LongAdder();
}
