package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random use of {@link Fragments}, beside a bit per block. */
class FragmentsModelTest {
  private static final int FRAMES = 300;
  private static final int RESERVE_FRAMES = 64;

  /** A run that somebody has, for a page or for none. */
  private record Run(long start, long count, long page) {}

  /** Gives up what it is asked for: at once, later, or not. */
  private static final class Owner extends PageOwner {
    final Fragments fragments;
    final ConcurrentLinkedQueue<Run> withdrawn = new ConcurrentLinkedQueue<>();
    final int refusals;

    /**
     * @param refusals of ten times
     */
    Owner(Fragments fragments, int refusals) {
      this.fragments = fragments;
      this.refusals = refusals;
    }

    @Override
    protected void revoke(long page, long pfn) {
      int dice = ThreadLocalRandom.current().nextInt(10);
      if (dice < refusals) {
        return;
      }
      if (dice % 2 == 0) {
        fragments.release(this, page, pfn);
      } else {
        fragments.withdraw(this, page, pfn, (s, n) -> withdrawn.add(new Run(s, n, page)));
      }
    }
  }

  /** One user: takes, keeps, gives back. Blocks count their users in {@code users}. */
  private static final class User {
    final Space space;
    final Fragments fragments;
    final AtomicIntegerArray users;
    final SplittableRandom random;
    final Owner owner;
    final int blocksPerFrame;
    final BlockRun run = new BlockRun();
    final List<Run> mine = new ArrayList<>();
    final List<Run> delayed = new ArrayList<>();
    long reserved;

    User(Space space, Fragments f, AtomicIntegerArray users, long seed, int refusals) {
      this.space = space;
      this.fragments = f;
      this.users = users;
      this.random = new SplittableRandom(seed);
      this.owner = new Owner(f, refusals);
      this.blocksPerFrame = f.blocksPerFrame();
    }

    void step() {
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4, 5 -> page(false);
        case 6 -> page(true);
        case 7 -> frames();
        case 8 -> reserve();
        case 9 -> {
          long n = random.nextLong(reserved + 1);
          fragments.unreserve(n);
          reserved -= n;
        }
        case 10 -> giveWithdrawn();
        case 11 -> adopt();
        default -> give();
      }
    }

    private void page(boolean fromReserve) {
      long page = random.nextInt(FRAMES);
      int place = random.nextInt(blocksPerFrame);
      int count = 1 + random.nextInt(blocksPerFrame - place);
      long home = -1;
      if (!mine.isEmpty() && random.nextInt(3) > 0) {
        Run sibling = mine.get(random.nextInt(mine.size()));
        page = Math.max(page & 7, sibling.page);
        long start = sibling.start;
        home = start - start % blocksPerFrame + place;
      }
      long goal = random.nextLong((long) FRAMES * blocksPerFrame) - 1;
      try {
        if (fromReserve) {
          count = (int) Math.min(count, reserved);
          if (count == 0) {
            return;
          }
          long block = page * blocksPerFrame + place;
          fragments.allocateReserved(owner, block, count, home, goal, run);
          reserved -= run.count();
        } else {
          fragments.allocate(owner, page * blocksPerFrame + place, count, home, goal, run);
        }
      } catch (NoSpaceException e) {
        giveMuch();
        return;
      }
      assertTrue(run.count() > 0 && run.count() <= count, run.toString());
      assertEquals(
          run.start() / blocksPerFrame, (run.end() - 1) / blocksPerFrame, "more than one frame");
      took(run.start(), run.count(), page);
    }

    /** Takes what is not reserved, until nothing is left. */
    void fill() {
      try {
        while (true) {
          long page = random.nextInt(FRAMES);
          fragments.allocate(owner, page * blocksPerFrame, blocksPerFrame, -1, -1, run);
          took(run.start(), run.count(), page);
        }
      } catch (NoSpaceException e) {
        assertEquals(0, space.usableBlocks());
      }
    }

    /** Takes all that it has reserved. */
    void takeReserved() {
      while (reserved > 0) {
        long page = random.nextInt(FRAMES);
        int count = (int) Math.min(reserved, 1 + random.nextInt(blocksPerFrame));
        fragments.allocateReserved(owner, page * blocksPerFrame, count, -1, -1, run);
        reserved -= run.count();
        took(run.start(), run.count(), page);
      }
    }

    private void frames() {
      long wanted = 1 + random.nextInt(5);
      long goal = random.nextLong((long) FRAMES * blocksPerFrame) - 1;
      if (reserved >= wanted * blocksPerFrame && random.nextBoolean()) {
        if (fragments.allocateReservedFrames(wanted, goal, run)) {
          reserved -= run.count();
          assertEquals(0, run.start() % blocksPerFrame);
          took(run.start(), run.count(), -1);
        }
        return;
      }
      try {
        space.allocate(wanted, -1, run);
        took(run.pfn() * blocksPerFrame, run.count() * blocksPerFrame, -1);
      } catch (NoSpaceException e) {
        giveMuch();
      }
    }

    private void reserve() {
      long count = 1 + random.nextInt(blocksPerFrame * (random.nextInt(8) == 0 ? 200 : 8));
      try {
        fragments.reserve(count);
        reserved += count;
      } catch (NoSpaceException e) {
        giveMuch();
      }
    }

    private void adopt() {
      if (mine.isEmpty()) {
        return;
      }
      Run any = mine.get(random.nextInt(mine.size()));
      long pfn = any.start / blocksPerFrame;
      int own = 0;
      for (Run r : mine) {
        for (long b = r.start; b < r.start + r.count; b++) {
          own |= b / blocksPerFrame == pfn ? 1 << b % blocksPerFrame : 0;
        }
      }
      fragments.adopt(owner, Math.max(0, any.page), pfn, own);
    }

    private void took(long start, long count, long page) {
      for (long b = start; b < start + count; b++) {
        assertEquals(0, users.getAndIncrement((int) b), "block " + b + " has two users");
        assertTrue(fragments.isUsed(b), "block " + b);
      }
      mine.add(new Run(start, count, page));
    }

    private void give() {
      if (mine.isEmpty()) {
        return;
      }
      Run r = mine.remove(random.nextInt(mine.size()));
      long count = 1 + random.nextLong(r.count); // the end of it
      if (count < r.count) {
        mine.add(new Run(r.start, r.count - count, r.page));
      }
      long start = r.start + r.count - count;
      if (random.nextBoolean()) {
        delayed.add(new Run(start, count, r.page)); // until the next round
      } else {
        gave(start, count);
        fragments.free(start, count);
      }
    }

    void gave(long start, long count) {
      for (long b = start; b < start + count; b++) {
        assertEquals(0, users.decrementAndGet((int) b), "block " + b + " had two users");
      }
    }

    void giveMuch() {
      giveWithdrawn();
      for (int i = mine.size() / 2; i > 0; i--) {
        give();
      }
      fragments.unreserve(reserved / 2);
      reserved -= reserved / 2;
      if (random.nextInt(4) == 0) {
        fragments.releaseAll(owner);
      }
    }

    void giveWithdrawn() {
      for (Run r; (r = owner.withdrawn.poll()) != null; ) {
        fragments.free(r.start, r.count);
      }
    }

    void giveAll() {
      giveWithdrawn();
      while (!mine.isEmpty()) {
        give();
      }
      for (Run r : delayed) {
        gave(r.start, r.count);
        fragments.free(r.start, r.count);
      }
      delayed.clear();
      fragments.unreserve(reserved);
      reserved = 0;
      fragments.releaseAll(owner);
    }
  }

  @ParameterizedTest(name = "block shift {0}")
  @DisplayName("every block is used, free or waiting as a plain bitmap says, and the figures agree")
  @ValueSource(ints = {9, 10, 11})
  void agreesWithBitmap(int blockShift) {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("FragmentsModelTest seed " + seed + " shift " + blockShift);
    SplittableRandom random = new SplittableRandom(seed);
    try (Space space = new Space("r", FRAMES)) {
      Fragments f = new Fragments("r", space, blockShift);
      int blocks = (int) f.totalBlocks();
      AtomicIntegerArray users = new AtomicIntegerArray(blocks);
      List<User> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(new User(space, f, users, random.nextLong(), i * 3));
      }
      boolean[] waiting = new boolean[blocks];
      List<List<Run>> commits = new ArrayList<>(List.of(List.of(), List.of()));
      for (int i = 0; i < 30_000; i++) {
        all.get(random.nextInt(all.size())).step();
        if (random.nextInt(40) == 0) {
          commit(space, f, all, waiting, commits);
        }
        if (i % 1000 == 999) {
          all.forEach(User::fill);
          all.forEach(User::takeReserved); // the device is full, and all of it is there
          all.forEach(User::giveMuch);
        }
        if (i % 64 == 0) {
          compare(f, users, waiting, all);
        }
      }
      all.forEach(User::giveAll);
      commit(space, f, all, waiting, commits);
      commit(space, f, all, waiting, commits);
      commit(space, f, all, waiting, commits);
      compare(f, users, waiting, all);
      requireEmpty(space, f);
    } catch (Throwable t) {
      throw new AssertionError("seed " + seed + " shift " + blockShift, t);
    }
  }

  /** What users gave back with a commit goes with it; what went with the one before comes back. */
  private static void commit(
      Space space, Fragments f, List<User> all, boolean[] waiting, List<List<Run>> commits) {
    long commit = commits.size();
    List<Run> gone = new ArrayList<>();
    for (User user : all) {
      for (Run r : user.delayed) {
        user.gave(r.start, r.count);
        mark(waiting, r, true);
        f.freeAfter(r.start, r.count, commit);
        gone.add(r);
      }
      user.delayed.clear();
    }
    commits.add(gone);
    space.committed(commit);
    commits.get((int) commit - 1).forEach(r -> mark(waiting, r, false));
  }

  private static void mark(boolean[] waiting, Run r, boolean value) {
    for (long b = r.start; b < r.start + r.count; b++) {
      waiting[(int) b] = value;
    }
  }

  private static void compare(
      Fragments f, AtomicIntegerArray users, boolean[] waiting, List<User> all) {
    boolean[] withdrawn = new boolean[waiting.length];
    long reserved = 0;
    for (User user : all) {
      user.owner.withdrawn.forEach(r -> mark(withdrawn, r, true));
      reserved += user.reserved;
    }
    long free = 0;
    long waits = 0;
    for (int b = 0; b < waiting.length; b++) {
      boolean used = users.get(b) > 0 || waiting[b] || withdrawn[b];
      assertEquals(used, f.isUsed(b), "block " + b);
      free += used ? 0 : 1;
      waits += waiting[b] ? 1 : 0;
    }
    assertEquals(free, f.freeBlocks());
    assertEquals(waits, f.delayedBlocks());
    long keptBack = (long) RESERVE_FRAMES * f.blocksPerFrame();
    assertEquals(free - keptBack - reserved, f.usableBlocks(), f.toString());
  }

  private static void requireEmpty(Space space, Fragments f) {
    assertEquals(FRAMES, space.freeBlocks());
    assertEquals(FRAMES - RESERVE_FRAMES, space.usableBlocks());
    assertEquals(f.totalBlocks(), f.freeBlocks());
    assertEquals(
        "Fragments[r, 0 frames in parts, 0 blocks loose, 0 kept, 0 reserved, 0 frames held]",
        f.toString());
  }

  @ParameterizedTest(name = "block shift {0}")
  @DisplayName("threads never get the same block, and in the end every frame is whole again")
  @ValueSource(ints = {9, 10, 11})
  void threads(int blockShift) throws InterruptedException {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("FragmentsModelTest threads seed " + seed + " shift " + blockShift);
    SplittableRandom random = new SplittableRandom(seed);
    try (Space space = new Space("r", FRAMES)) {
      Fragments f = new Fragments("r", space, blockShift);
      AtomicIntegerArray users = new AtomicIntegerArray((int) f.totalBlocks());
      AtomicLong commits = new AtomicLong(1);
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      List<User> all = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        User user = new User(space, f, users, random.nextLong(), t * 3);
        all.add(user);
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        use(user, commits);
                      } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      if (failure.get() != null) {
        throw new AssertionError("seed " + seed + " shift " + blockShift, failure.get());
      }
      all.forEach(User::giveAll);
      all.forEach(User::giveAll); // what was withdrawn by others
      space.committed(1_000_000);
      requireEmpty(space, f);
    }
  }

  /** Commits are by all threads, each under the lock that a tree has for them. */
  private static void use(User user, AtomicLong commits) {
    for (int i = 0; i < 40_000; i++) {
      user.step();
      if (user.random.nextInt(40) == 0) {
        synchronized (commits) {
          long commit = commits.incrementAndGet();
          for (Run r : user.delayed) {
            user.gave(r.start, r.count);
            user.fragments.freeAfter(r.start, r.count, commit);
          }
          user.delayed.clear();
          user.space.committed(commit);
        }
      }
    }
  }
}
