package io.jdax.tools;

import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Copies one large file by all threads of a team, which have nothing else to do. Each takes the
 * next part of the data when it has done one, so that all end together. Holes are no parts, however
 * long they are.
 *
 * @param <T> what a thread works with
 */
final class PartedCopy<T> implements SparseCopy.Whole {
  /** Smaller files are not worth it. */
  static final long WORTHWHILE_BYTES = 32 << 20;

  /** So long that to hand a part over costs nothing beside it. */
  private static final long PART_BYTES = 8 << 20;

  private final CopyTeam<T> team;
  private final Function<T, SparseCopy> copies;

  /**
   * @param copies by which a thread copies
   */
  PartedCopy(CopyTeam<T> team, Function<T, SparseCopy> copies) {
    this.team = team;
    this.copies = copies;
  }

  @Override
  public long copy(SparseCopy.Source source, SparseCopy.Target target, long end)
      throws IOException {
    Parts parts = new Parts(source, end);
    try {
      return team.all(thread -> share(copies.apply(thread), parts, target));
    } catch (SparseCopy.EndReached e) {
      // Either it became shorter, or its size is not true. From the first byte on, it is clear
      // where its end is.
      return copies.apply(team.tools().getFirst()).copy(source, target, end);
    }
  }

  private static long share(SparseCopy mine, Parts parts, SparseCopy.Target target)
      throws IOException {
    long last = 0;
    for (Part part; (part = parts.next()) != null; ) {
      boolean done = false;
      try {
        mine.data(parts.source, target, part.from, part.to);
        last = part.to;
        done = true;
      } finally {
        if (!done) {
          parts.stop();
        }
      }
    }
    return last;
  }

  /** A range without holes. */
  private record Part(long from, long to) {}

  /** Which part is next. The threads share it. */
  private static final class Parts {
    final SparseCopy.Source source;
    private final long end;
    private long at;

    /** Where the data at {@link #at} ends. To ask costs a walk through all of it. */
    private long hole;

    Parts(SparseCopy.Source source, long end) {
      this.source = source;
      this.end = end;
    }

    /** Null if there is none any more. */
    synchronized @Nullable Part next() throws IOException {
      if (at < end && at >= hole) {
        long data = source.nextData(at);
        at = data < 0 ? end : Math.min(end, data);
        hole = at < end ? Math.min(end, source.nextHole(at)) : end;
      }
      if (at >= end) {
        return null;
      }
      long from = at;
      at = Math.min(hole, from + PART_BYTES);
      return new Part(from, at);
    }

    synchronized void stop() {
      at = end;
    }
  }
}
