package io.jdax.fs.check;

import io.jdax.fs.log.LogRecord;
import io.jdax.fs.log.LogReplay;
import io.jdax.fs.log.LogScan;
import io.jdax.fs.tree.LogPlace;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what a scan of a log and its replay show, line by line. */
final class LogLines implements LogScan.Lines, LogReplay.Fates {
  private record Seen(long frame, int line, long inode, State state, @Nullable LogRecord record) {}

  private final List<Seen> seen = new ArrayList<>();
  private final IdentityHashMap<LogRecord, LogReplay.Fate> fates = new IdentityHashMap<>();
  private long files;
  private long blocks;

  @Override
  public void line(long frame, int line, long inode, State state, @Nullable LogRecord record) {
    seen.add(new Seen(frame, line, inode, state, record));
  }

  @Override
  public void fate(LogRecord record, LogReplay.Fate fate) {
    fates.put(record, fate);
  }

  /** A file would be told of. */
  void told(LogReplay.File file) {
    files++;
    blocks += file.added;
  }

  LogListing listing(LogPlace place, JournalFacts journal, LogFacts facts, List<Defect> defects) {
    List<LogLine> lines = new ArrayList<>();
    long extents = 0;
    long sizes = 0;
    long times = 0;
    for (Seen each : seen) {
      LogRecord record = each.record;
      LogLine.State state = stateOf(each);
      lines.add(shown(each, state));
      if (state == LogLine.State.LIVE && record != null) {
        extents += record.hasExtent() ? 1 : 0;
        sizes += record.hasSize() ? 1 : 0;
        times += record.hasTime() ? 1 : 0;
      }
    }
    return new LogListing(
        place.firstFrame(),
        place.life(),
        journal,
        facts,
        files,
        extents,
        sizes,
        times,
        blocks,
        defects,
        lines);
  }

  private LogLine.State stateOf(Seen each) {
    return switch (each.state) {
      case TORN -> LogLine.State.TORN;
      case AFTER_TORN -> LogLine.State.CUT_OFF;
      case STALE -> LogLine.State.STALE;
      case NO_RECORD -> LogLine.State.NO_RECORD;
      case WHOLE ->
          switch (fates.getOrDefault(each.record, LogReplay.Fate.FLAWED)) {
            case LIVE -> LogLine.State.LIVE;
            case TOLD -> LogLine.State.TOLD;
            case CUT_OFF -> LogLine.State.CUT_OFF;
            case WITHOUT_FILE -> LogLine.State.WITHOUT_FILE;
            case FLAWED -> LogLine.State.FLAWED;
          };
    };
  }

  private static LogLine shown(Seen each, LogLine.State state) {
    LogRecord r = each.record;
    if (r == null) {
      return new LogLine(each.frame, each.line, each.inode, state, -1, -1, 0, -1, false, -1, 0);
    }
    return new LogLine(
        each.frame,
        each.line,
        each.inode,
        state,
        r.number(),
        r.hasExtent() ? r.first() : -1,
        r.hasExtent() ? r.count() : 0,
        r.hasExtent() ? r.place() >>> 1 : -1,
        r.hasExtent() && (r.place() & 1) == 0,
        r.hasSize() ? r.sizeBytes() : -1,
        r.hasTime() ? r.modified() : 0);
  }
}
