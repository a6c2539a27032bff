package io.jdax.mm;

import java.util.concurrent.atomic.LongAdder;

/** The live counts behind {@link AddressSpaceStatistics}. */
final class Counters {
  final LongAdder mkwrites = new LongAdder();
  final LongAdder invalidations = new LongAdder();
  final LongAdder droppedPages = new LongAdder();
  final LongAdder writebacks = new LongAdder();
  final LongAdder flushedPages = new LongAdder();
}
