package io.jdax.tests.crash;

import io.jdax.testing.CrashFailure;
import io.jdax.testing.CrashFigures;
import io.jdax.testing.ImageSet;
import java.io.IOException;
import java.util.List;

/**
 * {@code ./jdax crashtest}: explores random operations for a while, or looks at one state again.
 *
 * <pre>
 *   exit code  0  every promise was kept
 *              1  one was not: the last lines name the state, and how to have it again
 *              2  the arguments make no sense
 * </pre>
 */
final class CrashRun {
  private static final String USAGE =
      "usage: crashtest [--seed N] [--minutes M] [--states N] [--replay ID]";

  /** So that the set of images does not outgrow the heap. */
  private static final int MAX_IMAGES = 20_000_000;

  private CrashRun() {}

  public static void main(String[] args) throws IOException {
    System.exit(run(List.of(args)));
  }

  private static int run(List<String> args) throws IOException {
    long seed = System.nanoTime() >>> 10 & 0xffffffffL;
    double minutes = 1;
    long states = Long.MAX_VALUE;
    String replay = null;
    try {
      for (int i = 0; i < args.size(); i += 2) {
        String value = args.get(i + 1);
        switch (args.get(i)) {
          case "--seed" -> seed = Long.parseLong(value);
          case "--minutes" -> minutes = Double.parseDouble(value);
          case "--states" -> states = Long.parseLong(value);
          case "--replay" -> replay = value;
          default -> throw new IllegalArgumentException("no such option: " + args.get(i));
        }
      }
      if (replay != null) {
        return replay(replay);
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      System.err.println("crashtest: " + e.getMessage() + "; " + USAGE);
      return 2;
    }
    return explore(seed, (long) (minutes * 60e9), states);
  }

  private static int explore(long first, long nanos, long states) throws IOException {
    System.out.println("seed " + first);
    long begin = System.nanoTime();
    long printed = begin;
    ImageSet images = new ImageSet();
    CrashFigures sum = CrashFigures.NONE;
    for (long seed = first; System.nanoTime() - begin < nanos && sum.distinct() < states; seed++) {
      try {
        sum = sum.plus(Explorations.explore("random-" + seed, 96, null, images));
      } catch (CrashFailure e) {
        e.printStackTrace();
        System.out.println(sum);
        System.out.println("BROKEN " + e.getMessage());
        System.out.println("again: ./jdax crashtest --replay " + e.id());
        return 1;
      }
      if (images.size() > MAX_IMAGES) {
        images = new ImageSet();
      }
      if (System.nanoTime() - printed > 10_000_000_000L) {
        printed = System.nanoTime();
        System.out.println("up to seed " + seed + ": " + sum);
      }
    }
    System.out.println("kept: " + sum);
    return 0;
  }

  private static int replay(String id) throws IOException {
    try {
      if (!Explorations.replay(id)) {
        System.err.println("crashtest: no state " + id + " in that run");
        return 2;
      }
      System.out.println("kept: " + id);
      return 0;
    } catch (CrashFailure e) {
      e.printStackTrace();
      System.out.println("BROKEN " + e.getMessage());
      return 1;
    }
  }
}
