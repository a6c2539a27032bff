package io.jdax.tests.fsx;

import static io.jdax.tests.fsx.FsxModel.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Random operations on files of one file system, each checked against a model of bytes in an array;
 * a remount in between, and then everything again. A single thread repeats exactly what its seed
 * says.
 */
final class Fsx {
  /** What was done. */
  record Result(
      FsxVariant variant, long seed, long operations, int mounts, int kills, long refusals) {}

  private static final int ROUND = 1_500;

  /** More nodes than one commit of a small tree replaces. */
  private static final int DELAYED = 24;

  private final FsxVariant variant;
  private final long seed;
  private final Random random;
  private final List<FsxWorker> workers = new ArrayList<>();

  Fsx(FsxVariant variant, long seed) {
    this.variant = variant;
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** As many operations in all, or a few more. */
  Result run(int operations) {
    int mounts = 1;
    int kills = 0;
    boolean killed = random.nextBoolean();
    int done = 0;
    try (FsxMedium medium = new FsxMedium(variant)) {
      enlist(medium);
      while (done < operations) {
        int left = (operations - done + variant.setup.threads - 1) / variant.setup.threads;
        int each = Math.min(left, ROUND / 2 + random.nextInt(ROUND));
        together(each);
        done += each * variant.setup.threads;
        remount(medium, killed);
        mounts++;
        kills += killed ? 1 : 0;
        killed = !killed;
      }
      for (FsxWorker worker : workers) {
        worker.subject.close();
      }
    } catch (Throwable t) {
      throw new AssertionError(report(), t);
    }
    long refusals = workers.stream().mapToLong(w -> w.subject.refusals()).sum();
    long count = workers.stream().mapToLong(FsxWorker::operations).sum();
    return new Result(variant, seed, count, mounts, kills, refusals);
  }

  private void enlist(FsxMedium medium) throws IOException {
    FsxModel one =
        new FsxModel(variant.setup.threads * variant.setup.limit, variant.setup.blockBytes < PAGE);
    for (int i = 0; i < variant.setup.threads; i++) {
      // Not a multiple of 2 MiB: neighbours share translations and extents.
      long begin = variant.setup.oneFile ? (long) i * variant.setup.limit : 0;
      FsxSubject subject =
          new FsxSubject(
              variant.setup.oneFile ? "/shared" : "/own" + i,
              variant.setup.oneFile
                  ? one
                  : new FsxModel(variant.setup.limit, variant.setup.blockBytes < PAGE),
              begin,
              begin + variant.setup.limit,
              !variant.setup.oneFile,
              variant,
              new Random(seed + 1 + i));
      subject.open(medium.fs());
      subject.file().setExtentSizeHint(random.nextInt(3) == 0 ? 16L * PAGE : 0);
      workers.add(new FsxWorker(subject));
    }
    if (variant.setup.oneFile) {
      workers.getFirst().subject.file().truncate(one.limit());
      one.truncate(one.limit());
      workers.forEach(worker -> worker.subject.settled());
    }
  }

  /** A round of all workers at once; the failure of any is thrown. */
  private void together(int operations) throws Exception {
    if (workers.size() == 1) {
      workers.getFirst().run(operations);
      return;
    }
    Thread.interrupted(); // what an access may have left behind is InterruptStatusTest's affair
    try (ExecutorService pool = Executors.newFixedThreadPool(workers.size())) {
      List<Future<?>> all = new ArrayList<>();
      for (FsxWorker worker : workers) {
        all.add(
            pool.submit(
                () -> {
                  worker.run(operations);
                  return null;
                }));
      }
      for (Future<?> each : all) {
        try {
          each.get();
        } catch (ExecutionException e) {
          pool.shutdownNow();
          throw e;
        }
      }
    }
  }

  /**
   * All that was there before must be there afterwards, and old mappings must be over. By turns it
   * is closed before, or killed, in the middle of all that is pending.
   */
  private void remount(FsxMedium medium, boolean killed) throws IOException {
    if (killed) {
      medium.look();
    } else {
      checkBlocks(medium);
    }
    List<DaxMapping> old = new ArrayList<>();
    for (FsxWorker worker : workers) {
      worker.verify();
      worker.subject.views.forEach(view -> old.add(view.mapping));
      worker.subject.log.add(killed ? "kill" : "remount");
      worker.subject.close();
    }
    medium.remount(killed);
    assertEquals(0, medium.contentBlocks() - blocksOfFiles(medium), "blocks of nobody, mounted");
    for (DaxMapping mapping : old) {
      assertThrows(IllegalStateException.class, () -> mapping.getByte(0));
    }
    for (FsxWorker worker : workers) {
      if (killed) {
        worker.subject.survived(medium.fs());
      }
      worker.subject.open(medium.fs());
      worker.verify();
    }
  }

  /**
   * What is neither free nor metadata belongs to the files, but for nodes that the last commits
   * have replaced: they are free some commits later.
   */
  private void checkBlocks(FsxMedium medium) throws IOException {
    try {
      for (int i = 0; i < 4; i++) {
        medium.fs().createDirectory("/commit");
        medium.fs().removeDirectory("/commit");
      }
    } catch (NoSpaceException e) {
      if (variant.setup.tight) {
        return; // without commits nothing becomes free; the next mount tells
      }
      throw e;
    }
    medium.fs().sync();
    medium.fs().reclaim();
    long nobodys = medium.contentBlocks() - blocksOfFiles(medium);
    assertTrue(
        nobodys >= 0 && nobodys * variant.setup.blockBytes < DELAYED * (long) PAGE,
        () -> nobodys + " blocks of nobody");
  }

  private long blocksOfFiles(FsxMedium medium) throws IOException {
    long blocks = 0;
    for (DirectoryEntry e : medium.fs().list("/").toList()) {
      blocks += medium.fs().stat("/" + e.name()).allocatedBytes() / variant.setup.blockBytes;
    }
    return blocks;
  }

  private String report() {
    StringBuilder out = new StringBuilder();
    out.append(variant).append(" failed; repeat with -Djdax.test.seed=").append(seed);
    for (FsxWorker worker : workers) {
      out.append('\n').append(worker.subject.log);
    }
    return out.toString();
  }
}
