package io.jdax.tests.fsx;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/**
 * All variants in turn, or those that are named behind it, with fresh seeds, for as many minutes as
 * the first argument says. The last line is the result; exit status 1 at the first failure, whose
 * report comes before it.
 */
final class FsxSoak {
  private FsxSoak() {}

  public static void main(String[] args) {
    long minutes = args.length > 0 ? Long.parseLong(args[0]) : 120;
    FsxVariant[] variants =
        args.length < 2
            ? FsxVariant.values()
            : Arrays.stream(args).skip(1).map(FsxVariant::valueOf).toArray(FsxVariant[]::new);
    long begin = System.nanoTime();
    long end = begin + minutes * 60_000_000_000L;
    Random seeds = new Random(Long.getLong("jdax.test.seed", System.nanoTime()));
    Map<FsxVariant, Long> done = new EnumMap<>(FsxVariant.class);
    long operations = 0;
    long mounts = 0;
    long kills = 0;
    int runs = 0;
    do {
      FsxVariant variant = variants[runs % variants.length];
      long seed = seeds.nextLong() >>> 1;
      try {
        Fsx.Result result = new Fsx(variant, seed).run(variant.operations / 2);
        operations += result.operations();
        mounts += result.mounts();
        kills += result.kills();
        done.merge(variant, result.operations(), Long::sum);
      } catch (AssertionError e) {
        e.printStackTrace(System.out);
        System.out.printf(
            "soak FAILED in %s with seed %d after %d operations, %d runs, %d s%n",
            variant, seed, operations, runs, (System.nanoTime() - begin) / 1_000_000_000);
        System.exit(1);
      }
      if (++runs % variants.length == 0) {
        System.out.printf(
            "%d runs, %d operations, %d mounts, %d after kills: %s%n",
            runs, operations, mounts, kills, done);
      }
    } while (System.nanoTime() < end);
    System.out.printf(
        "soak passed: %d operations in %d runs of %d variants, %d mounts, %d of them after a kill,"
            + " %d s, no failure%n",
        operations,
        runs,
        variants.length,
        mounts,
        kills,
        (System.nanoTime() - begin) / 1_000_000_000);
  }
}
