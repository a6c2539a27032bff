package io.jdax.tests.crash;

import io.jdax.testing.Mutation;
import io.jdax.testing.SimulatedPmem;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;

/**
 * A bug in how the file system makes things durable. What a call is about is told by its shape: the
 * superblocks are the first two blocks, a node is a whole block that is copied and begins as nodes
 * do, and records lie in the log.
 */
enum FsMutant {
  SUPERBLOCK_NOT_FLUSHED(k -> new Dropping(k, Kind.SUPERBLOCK)),
  NODES_NOT_FLUSHED(k -> new Dropping(k, Kind.NODE)),
  WRITES_NOT_FLUSHED(k -> new Dropping(k, Kind.DATA)),
  ZEROES_NOT_FLUSHED(k -> new Dropping(k, Kind.ZEROES)),
  STORES_NOT_FLUSHED(k -> new Dropping(k, Kind.STORES)),
  ZEROES_NOT_STORED(
      k ->
          new Classifying(k) {
            @Override
            public boolean stores(Call call, long offset, long length) {
              return call != Call.FILL;
            }
          }),
  NO_DRAIN_BEFORE_SUPERBLOCK(k -> new NoDrain(k, Kind.NODE)),
  NO_DRAIN_AFTER_SUPERBLOCK(k -> new NoDrain(k, Kind.SUPERBLOCK)),
  NO_DRAIN_AFTER_ZEROES(k -> new NoDrain(k, Kind.ZEROES)),
  NO_DRAIN_AFTER_WRITE(k -> new NoDrain(k, Kind.DATA)),
  NO_DRAIN_AFTER_STORES(k -> new NoDrain(k, Kind.STORES)),
  SUPERBLOCK_BEFORE_NODES(
      k ->
          new Classifying(k) {
            private boolean superblock;

            @Override
            public boolean flushes(Call call, long offset, long length, long line) {
              superblock = kind(call, offset, length) == Kind.SUPERBLOCK;
              return super.flushes(call, offset, length, line);
            }

            @Override
            public boolean drains() {
              return last != Kind.NODE; // the nodes wait for the superblock, and the next drain
            }

            @Override
            public boolean arrives(long line) {
              return !superblock || line < 8192;
            }
          }),
  LAST_LINE_OF_RANGE_NOT_FLUSHED(
      k ->
          new Classifying(k) {
            @Override
            public boolean flushes(Call call, long offset, long length, long line) {
              return super.flushes(call, offset, length, line)
                  && (call != Call.FLUSH || line + 64 < offset + length);
            }
          }),
  FIRST_LINE_OF_RANGE_NOT_FLUSHED(
      k ->
          new Classifying(k) {
            @Override
            public boolean flushes(Call call, long offset, long length, long line) {
              return super.flushes(call, offset, length, line)
                  && (call != Call.FLUSH || line > offset);
            }
          }),
  LAST_LINE_OF_WRITE_NOT_FLUSHED(
      k ->
          new Classifying(k) {
            @Override
            public boolean flushes(Call call, long offset, long length, long line) {
              return super.flushes(call, offset, length, line)
                  && (last != Kind.DATA || line + 64 < offset + length);
            }
          }),
  LAST_LINE_OF_NODE_NOT_FLUSHED(
      k ->
          new Classifying(k) {
            @Override
            public boolean flushes(Call call, long offset, long length, long line) {
              return super.flushes(call, offset, length, line)
                  && (last != Kind.NODE || line + 64 < offset + length);
            }
          }),
  ODD_LINES_NOT_FLUSHED(
      k ->
          new Classifying(k) {
            @Override
            public boolean flushes(Call call, long offset, long length, long line) {
              return call != Call.FLUSH || line / 64 % 2 == 0;
            }
          }),
  EVERY_THIRD_NODE_NOT_FLUSHED(
      k ->
          new Classifying(k) {
            private int nodes;

            @Override
            public boolean flushes(Call call, long offset, long length, long line) {
              super.flushes(call, offset, length, line);
              nodes += last == Kind.NODE && line == offset ? 1 : 0;
              return last != Kind.NODE || nodes % 3 != 0;
            }
          }),
  EVERY_SECOND_ZEROES_NOT_STORED(
      k ->
          new Classifying(k) {
            private int fills;

            @Override
            public boolean stores(Call call, long offset, long length) {
              return call != Call.FILL || fills++ % 2 != 0;
            }
          }),
  /** What a change takes out of the tree is used again before the change is durable. */
  BLOCKS_FREED_AT_ONCE(
      k ->
          new Mutation() {
            @Override
            public boolean stores(Call call, long offset, long length) {
              EarlyFree.allow(k.fs, Long.MAX_VALUE);
              return true;
            }
          }),
  /** What commit N takes out of the tree is used again once N is durable: N − 1 is lost. */
  BLOCKS_FREED_A_COMMIT_EARLY(
      k ->
          new Mutation() {
            @Override
            public boolean stores(Call call, long offset, long length) {
              EarlyFree.allow(k.fs, Fallback.newestGeneration(k.pmem.region().segment()) + 1);
              return true;
            }
          }),
  RECORDS_NOT_FLUSHED(k -> new Dropping(k, Kind.RECORDS)),
  NO_DRAIN_AFTER_RECORDS(k -> new NoDrain(k, Kind.RECORDS)),
  FIRST_LINE_OF_FRAME_NOT_FLUSHED(
      k ->
          new Classifying(k) {
            @Override
            public boolean flushes(Call call, long offset, long length, long line) {
              return super.flushes(call, offset, length, line)
                  && (last != Kind.RECORDS || line % FsRun.PAGE != 0);
            }
          }),
  LAST_RECORD_NOT_FLUSHED(
      k ->
          new Classifying(k) {
            @Override
            public boolean flushes(Call call, long offset, long length, long line) {
              return super.flushes(call, offset, length, line)
                  && (last != Kind.RECORDS || line + 64 < offset + length);
            }
          }),
  /** A frame of the log is used again before the change is durable that has folded it. */
  LOG_FRAMES_FREED_EARLY(
      k ->
          new Mutation() {
            @Override
            public boolean stores(Call call, long offset, long length) {
              EarlyFree.allowFrames(k.fs);
              return true;
            }
          });

  @SuppressWarnings("ImmutableEnumChecker") // makes another mutation for each run
  private final Function<FsRun, Mutation> bug;

  FsMutant(Function<FsRun, Mutation> bug) {
    this.bug = bug;
  }

  /** Whether only runs with a log can find it. */
  boolean isOfLog() {
    return compareTo(RECORDS_NOT_FLUSHED) >= 0;
  }

  Mutation on(FsRun run) {
    return bug.apply(run);
  }

  /** What a call is about. */
  private enum Kind {
    NOTHING,
    SUPERBLOCK,
    NODE,
    DATA,
    ZEROES,
    STORES,
    RECORDS
  }

  /** Knows what the last flush was about. */
  private static class Classifying implements Mutation {
    private static final int NODE_MAGIC = 0x4E58444A;

    final SimulatedPmem pmem;
    private final FsRun run;
    Kind last = Kind.NOTHING;

    Classifying(FsRun run) {
      this.run = run;
      this.pmem = run.pmem;
    }

    Kind kind(Call call, long offset, long length) {
      if (call == Call.FLUSH) {
        return run.isInLog(offset) ? Kind.RECORDS : Kind.STORES;
      }
      if (call == Call.FILL) {
        return Kind.ZEROES;
      }
      if (offset < 8192) {
        return Kind.SUPERBLOCK;
      }
      boolean node =
          length == 4096
              && offset % 4096 == 0
              && pmem.region().segment().get(ValueLayout.JAVA_INT, offset) == NODE_MAGIC;
      return node ? Kind.NODE : Kind.DATA;
    }

    @Override
    public boolean flushes(Call call, long offset, long length, long line) {
      last = kind(call, offset, length);
      return true;
    }
  }

  private static final class Dropping extends Classifying {
    private final Kind dropped;

    Dropping(FsRun run, Kind dropped) {
      super(run);
      this.dropped = dropped;
    }

    @Override
    public boolean flushes(Call call, long offset, long length, long line) {
      return super.flushes(call, offset, length, line) && last != dropped;
    }
  }

  private static final class NoDrain extends Classifying {
    private final Kind dropped;

    NoDrain(FsRun run, Kind dropped) {
      super(run);
      this.dropped = dropped;
    }

    @Override
    public boolean drains() {
      boolean waits = last != dropped;
      last = Kind.NOTHING;
      return waits;
    }
  }
}
