package io.jdax.block;

import java.util.concurrent.atomic.LongAdder;

/**
 * The counts that {@link BlockStatistics} are taken from. Striped, so that threads do not share a
 * cache line.
 */
final class BlockCounters {
  private final LongAdder reads = new LongAdder();
  private final LongAdder sectorsRead = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private final LongAdder sectorsWritten = new LongAdder();
  private final LongAdder flushes = new LongAdder();
  private final LongAdder discards = new LongAdder();
  private final LongAdder sectorsDiscarded = new LongAdder();
  private final LongAdder errors = new LongAdder();

  void read(long sectors) {
    reads.increment();
    sectorsRead.add(sectors);
  }

  void written(long sectors) {
    writes.increment();
    sectorsWritten.add(sectors);
  }

  void flushed() {
    flushes.increment();
  }

  void discarded(long sectors) {
    discards.increment();
    sectorsDiscarded.add(sectors);
  }

  void failed() {
    errors.increment();
  }

  BlockStatistics snapshot() {
    return new BlockStatistics(
        reads.sum(),
        sectorsRead.sum(),
        writes.sum(),
        sectorsWritten.sum(),
        flushes.sum(),
        discards.sum(),
        sectorsDiscarded.sum(),
        errors.sum());
  }
}
