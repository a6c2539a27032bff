package io.jdax.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * A moment at which power may be lost, with the lines that may be found old or new, and the choices
 * to look at. A choice is a word, and decides each line by itself, so that it means the same when
 * the run is repeated.
 *
 * <pre>
 *   killed     power stays, and the process ends: memory is as it is
 *   none, all  nothing, or everything, of what is not durable has arrived
 *   set-M      the lines whose bit is set in the hexadecimal mask M; if there are few lines, each
 *              mask is looked at
 *   miss-L     all but the line at offset L
 *   early-L    only the line at offset L
 *   seen-L-V   only the line at offset L, with the older content V that was seen there
 *   late-L-V   the line at offset L with its older content V, all others with their newest
 *   mix-K      each line old or new by chance, a quarter, half or three quarters of them new
 *   torn-K     one line in pieces of 8 bytes, the others by chance; for every fourth K all lines are
 *              in pieces
 * </pre>
 */
final class CrashPoint {
  /** If there are no more lines than this, every subset is looked at, unless those are too many. */
  private static final int FEW = 6;

  /** The choice that is no loss of power. */
  static final String KILLED = "killed";

  /** The words of a line that is all new. */
  private static final int WHOLE = 0xff;

  final String id;
  private final long salt;
  private final long mediaHash;
  private final long[] lines;
  private final long[] oldHashes;
  private final long[][] old;
  private final long[][][] versions;
  private final long[][] hashes;

  /** Whether memory holds the newest version of a line, and not what the media holds. */
  private final boolean[] inMemory;

  /** For each line the number of its version, from 1 on, or 0 for what the media holds. */
  private final int[] pick;

  /** For each line a mask of the words that are new. */
  private final int[] words;

  CrashPoint(String id, long salt, SimulatedPmem pmem) {
    this.id = id;
    this.salt = salt;
    this.mediaHash = pmem.mediaHash();
    SortedMap<Long, List<long[]>> found = pmem.unpersisted();
    int n = found.size();
    lines = new long[n];
    oldHashes = new long[n];
    old = new long[n][];
    versions = new long[n][][];
    hashes = new long[n][];
    inMemory = new boolean[n];
    pick = new int[n];
    words = new int[n];
    int i = 0;
    for (var each : found.entrySet()) {
      long line = each.getKey();
      lines[i] = line;
      oldHashes[i] = pmem.lineHash(line);
      old[i] = Lines.read(pmem.media(), line);
      versions[i] = each.getValue().toArray(new long[0][]);
      hashes[i] = new long[versions[i].length];
      long[] now = Lines.read(pmem.region().segment(), line);
      inMemory[i] = Arrays.equals(versions[i][versions[i].length - 1], now);
      for (int v = 0; v < hashes[i].length; v++) {
        hashes[i][v] = Lines.hash(line, versions[i][v]);
      }
      i++;
    }
  }

  /**
   * Makes choices until the taker has enough.
   *
   * @param budget about how many
   * @param taker is called after each choice, and returns whether it wants another
   */
  void choices(int budget, Predicate<String> taker) {
    int n = lines.length;
    List<String> all = new ArrayList<>();
    all.add(KILLED);
    all.add("none");
    if (n > 0) {
      all.add("all");
      if (n <= FEW && 1 << n <= budget) {
        for (int mask = 1; mask < (1 << n) - 1; mask++) {
          all.add("set-" + Integer.toHexString(mask));
        }
      } else {
        int singles = Math.max(1, budget / 4);
        for (int i = 0; i < n; i++) {
          if (n <= singles || Long.remainderUnsigned(random(-1, lines[i]), n) < singles) {
            all.add("miss-" + Long.toHexString(lines[i]));
            all.add("early-" + Long.toHexString(lines[i]));
          }
        }
      }
      older(Math.max(1, budget / 8), all);
      int samples = Math.min(budget / 4, 16 * n);
      for (int k = 0; k < samples; k++) {
        if (n > FEW || 1 << n > budget || several()) {
          all.add("mix-" + k);
        }
        all.add("torn-" + k);
      }
    }
    for (String choice : all) {
      choose(choice);
      if (!taker.test(choice)) {
        return;
      }
    }
  }

  /** Adds choices of contents that were overwritten, all of them, or as many as fit. */
  private void older(int most, List<String> all) {
    int count = 0;
    for (long[][] each : versions) {
      count += each.length - 1;
    }
    for (int i = 0; i < lines.length; i++) {
      for (int v = 1; v < versions[i].length; v++) {
        if (count <= most || Long.remainderUnsigned(random(-1 - v, lines[i]), count) < most) {
          String what = Long.toHexString(lines[i]) + "-" + v;
          all.add("seen-" + what);
          all.add("late-" + what);
        }
      }
    }
  }

  private boolean several() {
    for (long[][] each : versions) {
      if (each.length > 1) {
        return true;
      }
    }
    return false;
  }

  /** Makes a choice, which decides every line. */
  void choose(String choice) {
    int dash = choice.indexOf('-');
    String kind = dash < 0 ? choice : choice.substring(0, dash);
    String what = choice.substring(dash + 1);
    Arrays.fill(words, WHOLE);
    switch (kind) {
      case KILLED -> newest(i -> inMemory[i]);
      case "none" -> Arrays.fill(pick, 0);
      case "all" -> newest(i -> true);
      case "set" -> {
        int mask = Integer.parseInt(what, 16);
        newest(i -> (mask >> i & 1) != 0);
      }
      case "miss" -> {
        long line = Long.parseLong(what, 16);
        newest(i -> lines[i] != line);
      }
      case "early" -> {
        long line = Long.parseLong(what, 16);
        newest(i -> lines[i] == line);
      }
      case "seen" -> older(what, false);
      case "late" -> older(what, true);
      case "mix" -> mix(Integer.parseInt(what), 1 + Integer.parseInt(what) % 3);
      case "torn" -> tear(Integer.parseInt(what));
      default -> throw new IllegalArgumentException("no such choice: " + choice);
    }
  }

  private void older(String what, boolean othersNew) {
    int dash = what.indexOf('-');
    long line = Long.parseLong(what.substring(0, dash), 16);
    int version = Integer.parseInt(what.substring(dash + 1));
    newest(i -> othersNew);
    for (int i = 0; i < lines.length; i++) {
      if (lines[i] == line) {
        pick[i] = Math.min(version, versions[i].length);
      }
    }
  }

  private void newest(IntPredicate isNew) {
    for (int i = 0; i < lines.length; i++) {
      pick[i] = isNew.test(i) ? versions[i].length : 0;
    }
  }

  private void mix(int k, int quarters) {
    for (int i = 0; i < lines.length; i++) {
      long r = random(k, lines[i]);
      pick[i] = (r & 3) < quarters ? 1 + (int) ((r >>> 8 & 0xff) % versions[i].length) : 0;
    }
  }

  private void tear(int k) {
    if (lines.length == 0) {
      return; // the id is of a program that has changed since, and here all is durable
    }
    mix(k, k % 5);
    if (k % 4 == 3) {
      for (int i = 0; i < lines.length; i++) {
        tear(i, random(~k, lines[i]));
      }
    } else {
      int i = (int) Long.remainderUnsigned(random(k, -1), lines.length);
      tear(i, random(~k, lines[i]));
    }
  }

  private void tear(int i, long r) {
    pick[i] = 1 + (int) ((r >>> 8 & 0xff) % versions[i].length);
    words[i] = 1 + (int) ((r & 0xff) % 254);
  }

  private long random(long k, long line) {
    return Lines.mix(Lines.mix(salt + k * 0x9E3779B97F4A7C15L) ^ line);
  }

  /** The hash of the chosen image. */
  long hash() {
    long hash = mediaHash;
    for (int i = 0; i < lines.length; i++) {
      if (pick[i] > 0) {
        hash ^=
            oldHashes[i]
                ^ (words[i] == WHOLE ? hashes[i][pick[i] - 1] : Lines.hash(lines[i], torn(i)));
      }
    }
    return hash;
  }

  /** Makes the chosen image out of one that looks like the media. */
  void apply(Survivor survivor) {
    for (int i = 0; i < lines.length; i++) {
      if (pick[i] > 0) {
        survivor.put(lines[i], words[i] == WHOLE ? versions[i][pick[i] - 1] : torn(i));
      }
    }
  }

  private long[] torn(int i) {
    long[] out = old[i].clone();
    for (int w = 0; w < Lines.WORDS; w++) {
      if ((words[i] >> w & 1) != 0) {
        out[w] = versions[i][pick[i] - 1][w];
      }
    }
    return out;
  }
}
