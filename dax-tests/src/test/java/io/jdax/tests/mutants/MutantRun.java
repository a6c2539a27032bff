package io.jdax.tests.mutants;

import static java.util.Objects.requireNonNullElseGet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@code ./jdax mutants}: puts bugs into the main code, one at a time, and sees that a test fails.
 *
 * <pre>
 *   exit code  0  every bug was caught
 *              1  one survived, made a test wait until the limit, or could not be put in
 *              2  the arguments make no sense
 * </pre>
 */
final class MutantRun {
  private static final String USAGE =
      "usage: mutants [--list] [--sample COUNT] [--seed N] [--threads N] [NAME...]";

  private record Result(Mutant mutant, Outcome outcome, String how, long millis) {}

  private final Path root;
  private final Path work;

  private MutantRun(Path root) throws IOException {
    this.root = root;
    this.work = Files.createDirectories(root.resolve("dax-tests/target/mutants"));
  }

  public static void main(String[] args) throws Exception {
    System.exit(run(List.of(args)));
  }

  private static int run(List<String> args) throws Exception {
    int sample = Integer.MAX_VALUE;
    int threads = 2;
    long seed = System.nanoTime() >>> 10 & 0xffffffffL;
    boolean list = false;
    List<String> names = new ArrayList<>();
    try {
      for (int i = 0; i < args.size(); i++) {
        switch (args.get(i)) {
          case "--list" -> list = true;
          case "--sample" -> sample = Integer.parseInt(args.get(++i));
          case "--seed" -> seed = Long.parseLong(args.get(++i));
          case "--threads" -> threads = Integer.parseInt(args.get(++i));
          default -> names.add(args.get(i));
        }
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      System.err.println("mutants: " + USAGE);
      return 2;
    }
    Path root = root();
    List<Mutant> chosen = new ArrayList<>(MutantTable.read(root.resolve("dax-tests/mutants")));
    if (!names.isEmpty()) {
      chosen.removeIf(m -> !names.contains(m.name()));
      if (chosen.size() != names.size()) {
        System.err.println("mutants: no such mutant among " + names + "; " + USAGE);
        return 2;
      }
    }
    if (list) {
      chosen.forEach(m -> System.out.printf("%-40s %s%n", m.name(), m.rule()));
      return 0;
    }
    if (sample < Integer.MAX_VALUE) {
      System.out.println("seed " + seed);
      chosen.removeIf(Mutant::slow);
      Collections.shuffle(chosen, new Random(seed));
      chosen = chosen.subList(0, Math.min(sample, chosen.size()));
    }
    return new MutantRun(root).tryAll(chosen, threads) ? 0 : 1;
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isDirectory(at.resolve("dax-core/src/main/java"))) {
      at = at.getParent();
    }
    if (at == null) {
      throw new IllegalStateException("not in a checkout: there is no dax-core/src/main/java");
    }
    return at;
  }

  private boolean tryAll(List<Mutant> mutants, int threads)
      throws IOException, InterruptedException, ExecutionException {
    TreeSet<String> tests = new TreeSet<>();
    mutants.forEach(m -> tests.addAll(m.tests()));
    // A test that fails by itself would catch everything.
    MutantTests.Ended without =
        MutantTests.run(List.of(), List.copyOf(tests), work.resolve("none.log"));
    if (without.outcome() != Outcome.SURVIVED) {
      System.out.println("the tests do not pass without a mutant: " + work.resolve("none.log"));
      return false;
    }
    List<Result> results = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<Result>> running = new ArrayList<>();
      for (Mutant each : mutants) {
        Callable<Result> task = () -> tryOne(each);
        running.add(executor.submit(task));
      }
      for (Future<Result> each : running) {
        Result result = each.get();
        results.add(result);
        System.out.printf(
            "%-9s %-44s %5.1f s  %s%n",
            result.outcome, result.mutant.name(), result.millis / 1e3, result.how);
      }
    }
    long caught = results.stream().filter(r -> r.outcome == Outcome.CAUGHT).count();
    System.out.printf("%d of %d mutants were caught%n", caught, results.size());
    return caught == results.size();
  }

  private Result tryOne(Mutant mutant) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Path classes = work.resolve(mutant.name());
    Outcome outcome;
    String how;
    try {
      Path source = root.resolve("dax-core/src/main/java").resolve(mutant.file());
      MutantTests.compile(mutant.file(), mutant.applyTo(Files.readString(source)), classes);
      MutantTests.Ended ended =
          MutantTests.run(List.of(classes), mutant.tests(), work.resolve(mutant.name() + ".log"));
      outcome = ended.outcome();
      how = outcome == Outcome.SURVIVED ? "breaks: " + mutant.rule() : ended.how();
    } catch (IllegalStateException e) {
      outcome = Outcome.STALE;
      how = requireNonNullElseGet(e.getMessage(), e::toString);
    }
    return new Result(mutant, outcome, how, (System.nanoTime() - begin) / 1_000_000);
  }
}
