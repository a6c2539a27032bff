package io.jdax.tests.crash;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * On what kind of file system a run works, which the name of the run begins with, so that the id of
 * a state is enough to have it again.
 *
 * <pre>
 *   tier-    every file goes through the DRAM tier
 *   1k-      blocks of 1 KiB: what does not lie in one piece is in DRAM; also 512-
 *   full-    there are no free blocks: whatever wants one may be refused
 *   logN-    there is a log of N frames; on devices so small there is none otherwise
 * </pre>
 *
 * @param blockBytes 512, 1024 or 4096
 * @param logFrames 0 if there is no log
 * @param workload the rest of the name
 */
record FsKind(boolean tier, int blockBytes, boolean full, int logFrames, String workload) {
  private static final Pattern LOG = Pattern.compile("log(\\d+)-.*");

  static FsKind of(String name) {
    FsKind kind = new FsKind(false, FsRun.PAGE, false, 0, name);
    while (true) {
      String rest = kind.workload;
      Matcher log = LOG.matcher(rest);
      if (rest.startsWith(FsRun.TIER)) {
        kind = new FsKind(true, kind.blockBytes, kind.full, kind.logFrames, after(rest));
      } else if (rest.startsWith(FsRun.SMALL_BLOCKS)) {
        kind = new FsKind(kind.tier, 1024, kind.full, kind.logFrames, after(rest));
      } else if (rest.startsWith(FsRun.SMALLEST_BLOCKS)) {
        kind = new FsKind(kind.tier, 512, kind.full, kind.logFrames, after(rest));
      } else if (rest.startsWith(FsRun.FULL)) {
        kind = new FsKind(kind.tier, kind.blockBytes, true, kind.logFrames, after(rest));
      } else if (log.matches()) {
        int frames = Integer.parseInt(log.group(1));
        kind = new FsKind(kind.tier, kind.blockBytes, kind.full, frames, after(rest));
      } else {
        return kind;
      }
    }
  }

  private static String after(String name) {
    return name.substring(name.indexOf('-') + 1);
  }

  /** Through DRAM, at least in part: what write() has put there is durable once it was synced. */
  boolean cached() {
    return tier || blockBytes < FsRun.PAGE;
  }
}
