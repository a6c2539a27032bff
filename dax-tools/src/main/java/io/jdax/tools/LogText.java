package io.jdax.tools;

import io.jdax.fs.check.Defect;
import io.jdax.fs.check.LogLine;
import io.jdax.fs.check.LogListing;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The log of notes as {@code jdax info} tells of it. */
final class LogText {
  private static final long NANOS = 1_000_000_000;

  private LogText() {}

  /** Adds the rows that tell where it lies, and what a mount would tell the tree. */
  static void addTo(TextTable table, LogListing log) {
    table.row(
        "journal",
        log.journal().frames() == 0
            ? "none"
            : "%d frames, %d changes that the tree lacks"
                .formatted(log.journal().frames(), log.journal().changes()));
    if (log.facts().frames() == 0) {
      table.row("log", "none");
    } else {
      table.row(
          "log",
          "%d frames from frame %d on, %d in use, life %d"
              .formatted(
                  log.facts().frames(), log.firstFrame(), log.facts().framesInUse(), log.life()));
      table.row(
          "pending",
          "%d records (%d with blocks, %d with a size, %d with a time) of %d files, %d new blocks"
              .formatted(
                  log.facts().liveRecords(),
                  log.liveExtents(),
                  log.liveSizes(),
                  log.liveTimes(),
                  log.liveFiles(),
                  log.liveBlocks()));
      table.row(
          "void",
          "%d records told, %d of files that are gone, %d cut off"
              .formatted(
                  log.facts().toldRecords(),
                  log.facts().recordsWithoutFile(),
                  log.facts().cutOffRecords()));
    }
    for (Defect defect : log.defects()) {
      table.row("defect", InsidePath.printable(defect.message()));
    }
  }

  /** A line of text for each line of the log, and for each defect after them. */
  static String lines(LogListing log) {
    TextTable table =
        new TextTable("rrrrllrl")
            .row("frame", "line", "inode", "number", "state", "blocks", "size", "modified");
    for (LogLine line : log.lines()) {
      table.row(
          line.frame(),
          line.line(),
          line.inode(),
          line.number() < 0 ? "-" : line.number(),
          name(line.state()),
          blocks(line),
          line.sizeBytes() < 0 ? "-" : line.sizeBytes(),
          line.modified() == 0 ? "-" : time(line));
    }
    StringBuilder text = new StringBuilder(table.text());
    for (Defect defect : log.defects()) {
      text.append(System.lineSeparator()).append(InsidePath.printable(defect.message()));
    }
    return text.toString();
  }

  private static String blocks(LogLine line) {
    return line.blockCount() == 0
        ? "-"
        : "%d +%d at %d%s"
            .formatted(
                line.firstBlock(),
                line.blockCount(),
                line.deviceBlock(),
                line.written() ? "" : ", unwritten");
  }

  private static Instant time(LogLine line) {
    return Instant.ofEpochSecond(
        Math.floorDiv(line.modified(), NANOS), Math.floorMod(line.modified(), NANOS));
  }

  private static String name(LogLine.State state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The same as members of JSON, with the lines of the log if somebody wants them. */
  static Map<String, Object> members(LogListing log, boolean lines) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("firstFrame", log.firstFrame());
    members.put("life", log.life());
    members.putAll(Json.members(log.facts()));
    members.put("liveFiles", log.liveFiles());
    members.put("liveExtents", log.liveExtents());
    members.put("liveSizes", log.liveSizes());
    members.put("liveTimes", log.liveTimes());
    members.put("liveBlocks", log.liveBlocks());
    members.put("defects", log.defects().stream().map(Json::members).toList());
    if (lines) {
      List<Map<String, Object>> all = log.lines().stream().map(LogText::members).toList();
      members.put("lines", all);
    }
    return members;
  }

  private static Map<String, Object> members(LogLine line) {
    Map<String, Object> members = Json.members(line);
    members.put("state", name(line.state()));
    return members;
  }
}
