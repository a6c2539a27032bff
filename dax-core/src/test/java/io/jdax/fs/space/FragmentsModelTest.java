package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
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

  /** Who the rest of a frame is kept for. */
  private record Keeper(PageOwner owner, long page) {}

  /** One user: reserves, takes, gives back. Blocks count their users in {@code users}. */
  private static final class User {
    final Space space;
    final Fragments fragments;
    final AtomicIntegerArray users;
    final SplittableRandom random;
    final PageOwner owner = new PageOwner();
    final int blocksPerFrame;
    final BlockRun run = new BlockRun();
    final List<Run> mine = new ArrayList<>();
    final List<Run> delayed = new ArrayList<>();

    /** By frame, if it is known who keeps what: nobody else is at work meanwhile. */
    final @Nullable Map<Long, Keeper> keepers;

    long reserved;
    long promised;

    User(
        Space space,
        Fragments f,
        AtomicIntegerArray users,
        long seed,
        @Nullable Map<Long, Keeper> keepers) {
      this.space = space;
      this.fragments = f;
      this.users = users;
      this.random = new SplittableRandom(seed);
      this.blocksPerFrame = f.blocksPerFrame();
      this.keepers = keepers;
    }

    /** Returns whether it was data, which leaves the headroom alone. */
    boolean step() {
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4, 5 -> page();
        case 6 -> unite();
        case 7 -> frames();
        case 8 -> reserve(1 + random.nextInt(blocksPerFrame * (random.nextInt(8) == 0 ? 200 : 8)));
        case 9 -> {
          long n = random.nextLong(reserved + 1);
          fragments.unreserve(n);
          reserved -= n;
        }
        case 10, 11 -> giveToReserved();
        case 12 -> {
          nodes();
          return false;
        }
        case 13 -> {
          promise();
          return false;
        }
        default -> give();
      }
      return true;
    }

    private boolean reserve(long count) {
      try {
        fragments.reserve(count);
        reserved += count;
        return true;
      } catch (NoSpaceException e) {
        giveMuch();
        return false;
      }
    }

    private void page() {
      long page = random.nextInt(FRAMES);
      int place = random.nextInt(blocksPerFrame);
      int count = 1 + random.nextInt(blocksPerFrame - place);
      if (reserved < count && !reserve(count)) {
        return;
      }
      long home = -1;
      if (!mine.isEmpty() && random.nextInt(3) > 0) {
        Run sibling = mine.get(random.nextInt(mine.size()));
        page = Math.max(page & 7, sibling.page);
        long start = sibling.start;
        home = start - start % blocksPerFrame + place;
      }
      long goal = random.nextLong((long) FRAMES * blocksPerFrame) - 1;
      allocate(page * blocksPerFrame + place, count, home, goal);
    }

    private void allocate(long fileBlock, int count, long home, long goal) {
      long kept = fragments.keptBlocks();
      fragments.allocateReserved(owner, fileBlock, count, home, goal, run);
      assertTrue(run.count() > 0 && run.count() <= count, run.toString());
      assertEquals(
          run.start() / blocksPerFrame, (run.end() - 1) / blocksPerFrame, "more than one frame");
      long page = fileBlock / blocksPerFrame;
      if (keepers != null && fragments.keptBlocks() > kept) {
        keepers.put(run.start() / blocksPerFrame, new Keeper(owner, page));
      } else if (keepers != null && fragments.keptBlocks() < kept) {
        requireKept(run.start() / blocksPerFrame, page);
      }
      reserved -= run.count();
      took(run.start(), run.count(), page);
    }

    private void requireKept(long pfn, long page) {
      assertEquals(
          new Keeper(owner, page), Objects.requireNonNull(keepers).get(pfn), "frame " + pfn);
    }

    /** Blocks of a frame in which there is one already, anybody's. */
    private void unite() {
      if (mine.isEmpty()) {
        return;
      }
      Run any = mine.get(random.nextInt(mine.size()));
      int others = random.nextInt(3) - 1;
      long pfn = Math.clamp(any.start / blocksPerFrame + others, 0, FRAMES - 1);
      int which = 1 + random.nextInt((1 << blocksPerFrame) - 1);
      if (random.nextBoolean()) {
        which = 0;
        for (int i = 0; i < blocksPerFrame; i++) {
          which |= fragments.isUsed(pfn * blocksPerFrame + i) ? 0 : 1 << i;
        }
      }
      int count = Integer.bitCount(which);
      if (count == 0 || reserved < count && !reserve(count)) {
        return;
      }
      long kept = fragments.keptBlocks();
      long page = Math.max(0, any.page);
      if (!fragments.takeReserved(owner, page, pfn, which)) {
        return;
      }
      if (keepers != null && fragments.keptBlocks() != kept) {
        assertEquals(kept - count, fragments.keptBlocks());
        requireKept(pfn, page);
      }
      reserved -= count;
      for (int i = 0; i < blocksPerFrame; i++) {
        if ((which & 1 << i) != 0) {
          took(pfn * blocksPerFrame + i, 1, page);
        }
      }
    }

    /** Takes what is not reserved, until nothing is left. */
    void fill() {
      try {
        for (long n; (n = Math.min(blocksPerFrame, fragments.usableBlocks())) > 0; ) {
          fragments.reserve(n);
          reserved += n;
          allocate((long) random.nextInt(FRAMES) * blocksPerFrame, (int) n, -1, -1);
        }
      } catch (NoSpaceException e) {
        throw new AssertionError("what is usable can be reserved", e);
      }
    }

    /** Takes all that it has reserved. */
    void takeReserved() {
      while (reserved > 0) {
        long page = random.nextInt(FRAMES);
        int count = (int) Math.min(reserved, 1 + random.nextInt(blocksPerFrame));
        allocate(page * blocksPerFrame, count, -1, -1);
      }
    }

    private void frames() {
      long wanted = 1L + random.nextInt(5);
      long goal = random.nextLong((long) FRAMES * blocksPerFrame) - 1;
      if (reserved < wanted * blocksPerFrame && !reserve(wanted * blocksPerFrame)) {
        return;
      }
      if (fragments.allocateReservedFrames(new PageOwner(), 0, wanted, goal, run)) {
        reserved -= run.count();
        assertEquals(0, run.start() % blocksPerFrame);
        assertTrue(run.count() <= wanted * blocksPerFrame, run.toString());
        took(run.start(), run.count(), -1);
      }
    }

    private void nodes() {
      int wanted = 1 + random.nextInt(4);
      try {
        space.reserveNodes(wanted, false);
        for (int i = 0; i < wanted; i++) {
          took(space.allocateNode(run) * blocksPerFrame, blocksPerFrame, -1);
        }
      } catch (NoSpaceException e) {
        giveMuch();
      }
    }

    private void promise() {
      if (promised > 0) {
        long n = 1 + random.nextLong(promised);
        space.recorded(n);
        promised -= n;
        return;
      }
      long n = 1L + random.nextInt(8 * Space.ITEMS_PER_NODE);
      try {
        space.promise(n);
        promised += n;
      } catch (NoSpaceException e) {
        giveMuch();
      }
    }

    private void giveToReserved() {
      if (mine.isEmpty()) {
        return;
      }
      Run r = cut();
      gave(r.start, r.count);
      fragments.freeReserved(r.start, r.count);
      reserved += r.count;
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
      Run r = cut();
      if (random.nextBoolean()) {
        delayed.add(r); // until the next round
      } else {
        gave(r.start, r.count);
        fragments.free(r.start, r.count);
      }
    }

    /** The end of some run. */
    private Run cut() {
      Run r = mine.remove(random.nextInt(mine.size()));
      long count = 1 + random.nextLong(r.count);
      if (count < r.count) {
        mine.add(new Run(r.start, r.count - count, r.page));
      }
      return new Run(r.start + r.count - count, count, r.page);
    }

    void gave(long start, long count) {
      for (long b = start; b < start + count; b++) {
        assertEquals(0, users.decrementAndGet((int) b), "block " + b + " had two users");
      }
    }

    void giveMuch() {
      for (int i = mine.size() / 2; i > 0; i--) {
        give();
      }
      fragments.unreserve(reserved / 2);
      reserved -= reserved / 2;
      if (random.nextInt(4) == 0) {
        fragments.releaseAll(owner);
      }
    }

    void giveAll() {
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
      space.recorded(promised);
      promised = 0;
      fragments.releaseAll(owner);
    }
  }

  @ParameterizedTest(name = "block shift {0}")
  @DisplayName("Every block is used, free or waiting as a plain bitmap says, and the figures agree")
  @ValueSource(ints = {9, 10, 11})
  void agreesWithBitmap(int blockShift) {
    long seed = Long.getLong("jdax.test.seed", ThreadLocalRandom.current().nextLong());
    System.out.println("FragmentsModelTest seed " + seed + " shift " + blockShift);
    SplittableRandom random = new SplittableRandom(seed);
    try (Space space = new Space("r", FRAMES)) {
      long headroom = random.nextInt(2) * 10L;
      Fragments f = new Fragments("r", space, blockShift, headroom);
      int blocks = (int) f.totalBlocks();
      AtomicIntegerArray users = new AtomicIntegerArray(blocks);
      Map<Long, Keeper> keepers = new HashMap<>();
      List<User> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(new User(space, f, users, random.nextLong(), keepers));
      }
      boolean[] waiting = new boolean[blocks];
      List<List<Run>> commits = new ArrayList<>(List.of(List.of(), List.of()));
      for (int i = 0; i < 30_000; i++) {
        long usable = space.usableFrames();
        boolean data = all.get(random.nextInt(all.size())).step();
        assertTrue(!data || space.usableFrames() >= Math.min(usable, headroom), "headroom");
        requireInvariants(space, f, all);
        if (random.nextInt(40) == 0) {
          commit(space, f, all, waiting, commits);
        }
        if (i % 1000 == 999) {
          all.forEach(User::fill);
          all.forEach(User::takeReserved); // the device is full, and all of it is there
          assertEquals(0, f.usableBlocks());
          requireInvariants(space, f, all);
          all.forEach(User::giveMuch);
        }
        if (i % 64 == 0) {
          compare(space, f, users, waiting, all, headroom);
        }
      }
      all.forEach(User::giveAll);
      commit(space, f, all, waiting, commits);
      commit(space, f, all, waiting, commits);
      commit(space, f, all, waiting, commits);
      compare(space, f, users, waiting, all, headroom);
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

  /** Of the class comment of {@link Fragments}. */
  private static void requireInvariants(Space space, Fragments f, List<User> all) {
    long reserved = all.stream().mapToLong(u -> u.reserved).sum();
    long promised = all.stream().mapToLong(u -> u.promised).sum();
    long nodes = (promised + Space.ITEMS_PER_NODE - 1) / Space.ITEMS_PER_NODE;
    long held = space.freeFrames() - RESERVE_FRAMES - nodes - space.usableFrames();
    assertEquals(
        "Fragments[r, %d frames in parts, %d blocks loose, %d kept, %d reserved, %d frames held]"
            .formatted(f.dividedFrames(), f.looseBlocks(), f.keptBlocks(), reserved, held),
        f.toString());
    long spare = f.looseBlocks() + held * f.blocksPerFrame() - reserved;
    assertTrue(spare >= 0, () -> "more is reserved than there is: " + f);
    assertTrue(held == 0 || spare < f.blocksPerFrame(), () -> "a frame is held for nothing: " + f);
    long used = 0;
    for (User user : all) {
      used += user.mine.stream().mapToLong(Run::count).sum();
      used += user.delayed.stream().mapToLong(Run::count).sum();
    }
    assertEquals(f.totalBlocks(), f.freeBlocks() + used + f.delayedBlocks());
  }

  private static void compare(
      Space space,
      Fragments f,
      AtomicIntegerArray users,
      boolean[] waiting,
      List<User> all,
      long headroom) {
    long reserved = all.stream().mapToLong(u -> u.reserved).sum();
    long promised = all.stream().mapToLong(u -> u.promised).sum();
    long nodes = (promised + Space.ITEMS_PER_NODE - 1) / Space.ITEMS_PER_NODE;
    long free = 0;
    long waits = 0;
    for (int b = 0; b < waiting.length; b++) {
      boolean used = users.get(b) > 0 || waiting[b];
      assertEquals(used, f.isUsed(b), "block " + b);
      free += used ? 0 : 1;
      waits += waiting[b] ? 1 : 0;
    }
    assertEquals(free, f.freeBlocks());
    assertEquals(waits, f.delayedBlocks());
    long keptBack = RESERVE_FRAMES + nodes + Math.min(headroom, space.usableFrames());
    assertEquals(free - keptBack * f.blocksPerFrame() - reserved, f.usableBlocks(), f.toString());
  }

  private static void requireEmpty(Space space, Fragments f) {
    assertEquals(FRAMES, space.freeFrames());
    assertEquals(FRAMES - RESERVE_FRAMES, space.usableFrames());
    assertEquals(f.totalBlocks(), f.freeBlocks());
    assertEquals(
        "Fragments[r, 0 frames in parts, 0 blocks loose, 0 kept, 0 reserved, 0 frames held]",
        f.toString());
  }

  @ParameterizedTest(name = "block shift {0}")
  @DisplayName("Threads never get the same block, and in the end every frame is whole again")
  @ValueSource(ints = {9, 10, 11})
  void threads(int blockShift) throws InterruptedException {
    long seed = Long.getLong("jdax.test.seed", ThreadLocalRandom.current().nextLong());
    System.out.println("FragmentsModelTest threads seed " + seed + " shift " + blockShift);
    SplittableRandom random = new SplittableRandom(seed);
    try (Space space = new Space("r", FRAMES)) {
      Fragments f = new Fragments("r", space, blockShift, 0);
      AtomicIntegerArray users = new AtomicIntegerArray((int) f.totalBlocks());
      AtomicLong commits = new AtomicLong(1);
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      List<User> all = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        User user = new User(space, f, users, random.nextLong(), null);
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
