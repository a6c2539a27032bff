package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CowTreeThreadsTest {
  private static final int STABLE_KEYS = 3000;
  private static final long RUN_NANOS = 2_000_000_000L;

  private interface Work {
    void run() throws Exception;
  }

  /**
   * Nodes are split, merged, written out, freed and reused all the time; no lookup ever sees any of
   * it.
   */
  @Test
  @DisplayName("Lookups see whole items while the tree changes")
  void lookupsSeeWholeItemsWhileTheTreeChanges() throws Exception {
    try (TreeFixture fixture = TreeFixture.format(2048)) {
      CowTree tree = fixture.tree;
      try (Change change = tree.change()) {
        for (int i = 0; i < STABLE_KEYS; i++) {
          change.put(7, i * 2L, value(i * 2L, 0, 20));
        }
        change.done();
      }
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong lookups = new AtomicLong();
      List<Work> work = new ArrayList<>();
      work.add(() -> write(tree, stop));
      for (int reader = 0; reader < 3; reader++) {
        int seed = reader;
        work.add(() -> lookups.addAndGet(read(tree, seed, stop)));
      }
      work.add(
          () -> {
            LockSupport.parkNanos(RUN_NANOS);
            stop.set(true);
          });
      runAll(work);
      assertTrue(lookups.get() > 1000);
      fixture.tree.commit();
      fixture.remount();
    }
  }

  private static void write(CowTree tree, AtomicBoolean stop) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    for (long version = 1; !stop.get(); version++) {
      try (Change change = tree.changeFromReserve()) {
        for (int i = 0; i < 10; i++) {
          long lo = random.nextInt(STABLE_KEYS) * 2L;
          change.put(7, lo, value(lo, version, 16 + random.nextInt(60)));
          change.put(7, random.nextInt(STABLE_KEYS) * 2L + 1, new byte[random.nextInt(300)]);
          change.delete(7, random.nextInt(STABLE_KEYS) * 2L + 1);
        }
        if (version % 50 == 0) {
          for (long lo = 1; lo < STABLE_KEYS * 2; lo += 2) {
            change.delete(7, lo);
          }
          change.deleteRange(8, 0, 9, 0);
        } else {
          change.put(8, version, new byte[700]);
        }
        if (version % 7 != 0) {
          change.done();
        } else {
          version--; // undone
          random.nextInt();
        }
      }
      if (random.nextInt(3) == 0) {
        tree.commit();
      }
    }
  }

  private static long read(CowTree tree, int seed, AtomicBoolean stop) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Item item = new Item();
    long[] seen = new long[STABLE_KEYS];
    long lookups = 0;
    for (; !stop.get(); lookups++) {
      int i = random.nextInt(STABLE_KEYS);
      long lo = i * 2L;
      switch (random.nextInt(3)) {
        case 0 -> assertTrue(OneLookup.get(tree, 7, lo, item));
        case 1 -> {
          assertTrue(OneLookup.ceiling(tree, 7, lo, item));
          assertEquals(lo, item.lo());
        }
        default -> {
          assertTrue(OneLookup.floor(tree, 7, lo + 1, item));
          if (item.lo() == lo + 1) {
            continue;
          }
          assertEquals(lo, item.lo());
        }
      }
      assertEquals(7, item.hi());
      for (int at = 0; at + 16 <= item.length(); at += 16) {
        assertEquals(lo, item.getLong(at));
      }
      long version = item.getLong(8);
      assertTrue(version >= seen[i], "an older value than before");
      seen[i] = version;
    }
    return lookups;
  }

  private static byte[] value(long lo, long version, int length) {
    ByteBuffer value =
        ByteBuffer.allocate(length / 16 * 16).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    while (value.hasRemaining()) {
      value.putLong(lo).putLong(version);
    }
    return value.array();
  }

  @Test
  @DisplayName("One commit serves many threads and each finds its change durable")
  void oneCommitServesManyThreadsAndEachFindsItsChangeDurable() throws Exception {
    int threads = 8;
    int changes = 50;
    Region region = Region.anonymous("slow", 2048 * 4096L);
    SlowPersister persister = new SlowPersister(Persister.of(region));
    try (TreeFixture fixture = TreeFixture.format(region, persister)) {
      persister.slow = true;
      CowTree tree = fixture.tree;
      long before = tree.generation();
      List<Work> work = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        work.add(
            () -> {
              for (int i = 0; i < changes; i++) {
                long sequence;
                try (Change change = tree.change()) {
                  change.put(thread, i, new byte[8]);
                  sequence = change.done();
                }
                tree.commit(sequence);
                assertTrue(committedBy(tree, thread, i), "not on the device");
              }
            });
      }
      runAll(work);
      long commits = tree.generation() - before;
      assertTrue(commits <= threads * changes / 2, commits + " commits for " + threads * changes);
      fixture.remount();
      Item item = new Item();
      for (int t = 0; t < threads; t++) {
        for (int i = 0; i < changes; i++) {
          assertTrue(OneLookup.get(fixture.tree, t, i, item));
        }
      }
    }
  }

  /** Whether the newest superblock leads to it. */
  private static boolean committedBy(CowTree tree, long hi, long lo) throws IOException {
    for (int attempt = 0; attempt < 5; attempt++) {
      try (var space = new io.jdax.fs.space.Space("s", 2048);
          CowTree durable = CowTree.open(tree.persister, space)) {
        return OneLookup.get(durable, hi, lo, new Item());
      } catch (CorruptMetadataException e) {
        // Two commits passed meanwhile, and its nodes were used again.
      }
    }
    return true;
  }

  private static void runAll(List<Work> work) throws Exception {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (Work one : work) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      one.run();
                    } catch (Throwable t) {
                      failure.compareAndSet(null, t);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
  }

  /** A drain that takes as long as an fsync of a fast disk. */
  private static final class SlowPersister extends Persister {
    private final Persister delegate;
    volatile boolean slow;

    SlowPersister(Persister delegate) {
      super(delegate.region());
      this.delegate = delegate;
    }

    @Override
    public void flush(long offset, long length) throws IOException {
      delegate.flush(offset, length);
    }

    @Override
    public void drain() throws IOException {
      if (slow) {
        LockSupport.parkNanos(500_000);
      }
      delegate.drain();
    }

    @Override
    public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
        throws IOException {
      delegate.copyNoDrain(dstOffset, src, srcOffset, length);
    }

    @Override
    public void fillNoDrain(long offset, long length, byte value) throws IOException {
      delegate.fillNoDrain(offset, length, value);
    }

    @Override
    public void deepFlush(long offset, long length) throws IOException {
      delegate.deepFlush(offset, length);
    }

    @Override
    public String describe() {
      return "slow";
    }
  }
}
