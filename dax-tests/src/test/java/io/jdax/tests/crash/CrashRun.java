package io.jdax.tests.crash;

import io.jdax.testing.CrashFigures;
import io.jdax.testing.ImageSet;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./jdax crashtest}: explores random operations for a while, or looks at one state again.
 * With {@code --mutant} a {@link FsMutant} is put in, to see what a failure looks like.
 *
 * <pre>
 *   exit code  0  every promise was kept
 *              1  one was not: the last lines name the state, and how to have it again
 *              2  the arguments make no sense
 * </pre>
 */
final class CrashRun {
  private static final String USAGE =
      "usage: crashtest [--seed N] [--minutes M] [--states N] [--replay ID] [--mutant BUG]";

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
    @Nullable String replay = null;
    @Nullable FsMutant mutant = null;
    try {
      for (int i = 0; i < args.size(); i += 2) {
        String value = args.get(i + 1);
        switch (args.get(i)) {
          case "--seed" -> seed = Long.parseLong(value);
          case "--minutes" -> minutes = Double.parseDouble(value);
          case "--states" -> states = Long.parseLong(value);
          case "--replay" -> replay = value;
          case "--mutant" -> mutant = FsMutant.valueOf(value);
          default -> throw new IllegalArgumentException("no such option: " + args.get(i));
        }
      }
      if (replay != null) {
        return replay(replay, mutant);
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      System.err.println("crashtest: " + e.getMessage() + "; " + USAGE);
      return 2;
    }
    return explore(seed, (long) (minutes * 60e9), states, mutant);
  }

  private static int explore(long first, long nanos, long states, @Nullable FsMutant mutant)
      throws IOException {
    System.out.println("seed " + first);
    long begin = System.nanoTime();
    long printed = begin;
    ImageSet images = new ImageSet();
    CrashFigures sum = CrashFigures.NONE;
    long seed = first;
    for (; System.nanoTime() - begin < nanos && sum.distinct() < states; seed++) {
      Explorations.Explored explored =
          Explorations.run(
              kind(seed) + "random-" + seed, new FsRun.Settings(96, null, images), mutant);
      sum = sum.plus(explored.figures());
      if (explored.failure() != null) {
        explored.failure().printStackTrace();
        sumUp(first, seed, sum);
        System.out.println("FAILED " + explored.failure().getMessage());
        System.out.println(
            "again: ./jdax crashtest --replay "
                + explored.failure().id()
                + (mutant == null ? "" : " --mutant " + mutant));
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
    sumUp(first, Math.max(first, seed - 1), sum);
    System.out.println("nothing failed: every state kept what was promised");
    return 0;
  }

  /** One run of eight has all files in the DRAM tier, another one blocks of 1 KiB. */
  private static String kind(long seed) {
    return switch ((int) Math.floorMod(seed, 8L)) {
      case 6 -> FsRun.TIER;
      case 7 -> FsRun.SMALL_BLOCKS;
      default -> "";
    };
  }

  private static void sumUp(long first, long last, CrashFigures sum) {
    System.out.printf(
        "explored: seeds %d to %d; power lost at %d points; %d states, %d of them distinct;"
            + " %d looked at, %.0f per second%n",
        first,
        last,
        sum.points(),
        sum.states(),
        sum.distinct(),
        sum.verified(),
        sum.verified() * 1e9 / Math.max(1, sum.nanos()));
  }

  private static int replay(String id, @Nullable FsMutant mutant) throws IOException {
    Explorations.Explored explored = Explorations.replay(id, mutant);
    if (explored.failure() != null) {
      explored.failure().printStackTrace();
      System.out.println("FAILED " + explored.failure().getMessage());
      return 1;
    }
    if (explored.figures().states() == 0) {
      System.err.println("crashtest: no state " + id + " in that run");
      return 2;
    }
    System.out.println("nothing failed: state " + id + " kept what was promised");
    return 0;
  }
}
