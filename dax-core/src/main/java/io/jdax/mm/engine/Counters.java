package io.jdax.mm.engine;

import io.jdax.mm.AddressSpaceStatistics;
import java.util.concurrent.atomic.LongAdder;

/** The live counts behind {@link AddressSpaceStatistics}. */
public final class Counters {
  /** By pins, and by mappings that are gone; the others keep their own. */
  public final LongAdder mkwrites = new LongAdder();

  public final LongAdder invalidations = new LongAdder();
  public final LongAdder droppedPages = new LongAdder();
  public final LongAdder writebacks = new LongAdder();
  public final LongAdder flushedPages = new LongAdder();
}
