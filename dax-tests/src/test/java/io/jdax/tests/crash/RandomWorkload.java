package io.jdax.tests.crash;

import static io.jdax.tests.crash.FsRun.PAGE;

import java.io.IOException;
import java.time.Instant;
import java.util.SplittableRandom;

/** Random operations, the same for the same seed. */
final class RandomWorkload implements Workloads.Workload {
  private static final String[] NAMES = {"/a", "/b", "/d/c", "/x", "/d/y"};

  private final SplittableRandom random;
  private final int operations;

  RandomWorkload(long seed, int operations) {
    this.random = new SplittableRandom(seed);
    this.operations = operations;
  }

  @Override
  public void run(FsRun run) throws IOException {
    for (int i = 0; i < operations; i++) {
      step(run);
      run.closeOrphans();
    }
  }

  private void step(FsRun run) throws IOException {
    String name = NAMES[random.nextInt(NAMES.length)];
    if (!run.state.names().containsKey(name)) {
      run.create(name);
      return;
    }
    FileState file = run.state.file(name);
    int limit = FileState.LIMIT - 6 * PAGE;
    int at = random.nextInt(3) == 0 ? Math.min(file.size(), limit) : random.nextInt(limit);
    int length = 1 + random.nextInt(random.nextBoolean() ? 200 : 2 * PAGE);
    int inside = file.size() == 0 ? 0 : random.nextInt(file.size());
    int stored = Math.min(length, file.size() - inside);
    switch (random.nextInt(run.cached ? 32 : 28)) {
      case 0, 1 -> run.write(name, at, length);
      case 2, 3 -> run.write(name, at, length, true);
      case 4 -> {
        if (file.size() + length <= FileState.LIMIT) {
          run.append(name, length);
        }
      }
      case 5, 6, 7 -> {
        if (stored > 0) {
          run.storePersist(name, inside, stored, random.nextInt(4) == 0);
        }
      }
      case 8 -> {
        if (stored > 0) {
          run.store(name, inside, stored, random.nextInt(4) == 0);
        }
      }
      case 9, 10 -> run.fsync(name);
      case 11, 12 -> run.truncate(name, random.nextInt(4) == 0 ? 0 : random.nextInt(limit));
      case 13, 14 -> run.punch(name, at, length);
      case 15 -> run.zeroRange(name, at, length);
      case 16 -> run.allocate(name, at, length, random.nextBoolean());
      case 17 -> run.unlink(name);
      case 18 -> {
        String to = NAMES[random.nextInt(NAMES.length)];
        if (!to.equals(name)
            && !run.state.names().getOrDefault(to, 0).equals(run.state.names().get(name))) {
          run.rename(name, to);
        }
      }
      case 19 -> {
        String to = NAMES[random.nextInt(NAMES.length)];
        if (!run.state.names().containsKey(to)) {
          run.link(name, to);
        }
      }
      case 20 -> run.setAttribute(name, "user." + random.nextInt(3), random.nextInt(2000));
      case 21 -> {
        if (!file.facts.attributes().isEmpty()) {
          run.removeAttribute(name, file.facts.attributes().keySet().iterator().next());
        }
      }
      case 22 -> run.setPermissions(name, 0600 + random.nextInt(64));
      case 23 -> run.close(name);
      case 24 -> run.sync();
      case 25 -> run.remount();
      case 26 -> run.setOwner(name, random.nextInt(1000), random.nextInt(1000));
      case 27 ->
          run.setTimes(
              name,
              Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
              Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)));
      case 28, 29 -> run.writeBack(name);
      default -> run.evict(name);
    }
  }
}
