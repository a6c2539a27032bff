package io.jdax.mm.engine;

import io.jdax.mm.AddressSpaceStatistics;
import java.util.concurrent.atomic.LongAdder;

/** The live counts behind {@link AddressSpaceStatistics}. */
final class Counters {
  /** By pins, and by mappings that are gone; the others keep their own. */
  final LongAdder mkwrites = new LongAdder();

  final LongAdder invalidations = new LongAdder();
  final LongAdder droppedPages = new LongAdder();
  final LongAdder writebacks = new LongAdder();
  final LongAdder flushedPages = new LongAdder();
}
