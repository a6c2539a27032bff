package io.jdax.testing;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Loses power at every drain of a program, and at some flushes, in many ways, and lets a {@link
 * Verifier} look at what is left each time. At the same moments it also kills the process, so that
 * memory stays as it is ({@link CrashedState#isKilled}).
 *
 * <pre>
 *   try (SimulatedPmem pmem = SimulatedPmem.create("log", 64 &lt;&lt; 10);
 *       CrashExplorer&lt;List&lt;String&gt;&gt; crashes =
 *           CrashExplorer.start(pmem, "append", 1, verifier, List.of())) {
 *     crashes.expect(…);   // what is acknowledged, and what the next operation may leave
 *     log.append(…);
 *     crashes.expect(…);   // it has returned
 *     crashes.check();     // loses power here as well, and throws if anything was wrong
 *   }
 * </pre>
 *
 * <p>States are looked at within the call of the thread that drains, but by a thread of the
 * explorer's own, so that nothing that the program keeps per thread is overwritten in the middle of
 * its work. That thread is given all states of a moment at once: a hand-over costs as much as many
 * states where processors are busy. Other threads wait if they call the persister. Images that were
 * seen under the same promise are not looked at again. After the first failure nothing is explored
 * any more.
 *
 * <p>What a line was seen to hold before it was overwritten may also be what is left. Memory is
 * looked at in every call to the persister, at {@link #expect} and {@link #update}, and whenever
 * {@link SimulatedPmem#look()} is called.
 *
 * @param <P> the type of a promise
 */
public final class CrashExplorer<P> implements AutoCloseable {
  private final SimulatedPmem pmem;
  private final String run;
  private final long seed;
  private final Verifier<P> verifier;
  private final Survivor survivor;
  private final ImageSet seen = new ImageSet();
  private final ImageSet seenKilled = new ImageSet();
  private final ExecutorService looking;

  // All below is used with pmem.lock() held, by calls and by the persister's.
  private P promise;
  private ImageSet images = new ImageSet();
  private long distinct;
  private int statesPerPoint = 256;
  private int flushesOneIn = 16;
  private @Nullable String only;
  private long point;
  private long points;
  private long states;
  private long verified;
  private long nanos;
  private @Nullable CrashFailure failure;
  private boolean exploring;

  private CrashExplorer(SimulatedPmem pmem, String run, long seed, Verifier<P> verifier, P promise)
      throws IOException {
    this.pmem = pmem;
    this.run = run;
    this.seed = seed;
    this.verifier = verifier;
    this.promise = promise;
    this.survivor = new Survivor(pmem.media());
    this.looking = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  }

  /**
   * Begins to explore.
   *
   * @param pmem what the program works on
   * @param run what ids begin with, without a slash
   * @param seed of the choices; the same program with the same seed has the same states
   * @param verifier looks at each state
   * @param promise what is promised until {@link #expect}
   * @throws IOException there is no memory for the region in which states are looked at
   */
  public static <P> CrashExplorer<P> start(
      SimulatedPmem pmem, String run, long seed, Verifier<P> verifier, P promise)
      throws IOException {
    synchronized (pmem.lock()) {
      CrashExplorer<P> explorer = new CrashExplorer<>(pmem, run, seed, verifier, promise);
      pmem.takeArrivals();
      pmem.observe(explorer.new Watch());
      return explorer;
    }
  }

  /** Sets about how many states each point has, which is 256 at first. Returns this explorer. */
  public CrashExplorer<P> statesPerPoint(int count) {
    synchronized (pmem.lock()) {
      statesPerPoint = count;
      return this;
    }
  }

  /**
   * Sets how rarely power is also lost at a flush, copy or fill: at one in so many, which is 16 at
   * first, or never for 0. Returns this explorer.
   */
  public CrashExplorer<P> flushesOneIn(int count) {
    synchronized (pmem.lock()) {
      flushesOneIn = count;
      return this;
    }
  }

  /**
   * Counts an image as distinct only if it is not in this set yet, to which it is added. Returns
   * this explorer.
   */
  public CrashExplorer<P> countIn(ImageSet set) {
    synchronized (pmem.lock()) {
      images = set;
      return this;
    }
  }

  /**
   * Looks at one state only, to repeat a failure. Returns this explorer.
   *
   * @param id the state's, {@code run/point/choice}, or null for all states
   */
  public CrashExplorer<P> only(@Nullable String id) {
    synchronized (pmem.lock()) {
      only = id;
      return this;
    }
  }

  /** Says what is promised from now on. */
  public void expect(P promise) {
    update(before -> promise);
  }

  /** As {@link #expect}, for one of several threads that has changed its part of the promise. */
  public void update(UnaryOperator<P> change) {
    synchronized (pmem.lock()) {
      pmem.look();
      promise = change.apply(promise);
      seen.clear();
      seenKilled.clear();
    }
  }

  /**
   * Loses power now.
   *
   * @throws CrashFailure a state did not keep its promise, here or earlier
   */
  public void check() {
    synchronized (pmem.lock()) {
      explore();
      if (failure != null) {
        throw failure;
      }
    }
  }

  /** The first state that did not keep its promise, or null if there was none. */
  public @Nullable CrashFailure failure() {
    synchronized (pmem.lock()) {
      return failure;
    }
  }

  /** How much has been explored so far. */
  public CrashFigures figures() {
    synchronized (pmem.lock()) {
      return new CrashFigures(points, states, distinct, verified, nanos);
    }
  }

  /** Ends the exploration. The program may go on. */
  @Override
  public void close() throws IOException {
    synchronized (pmem.lock()) {
      pmem.observe(null);
      looking.shutdown();
      survivor.close();
    }
  }

  private final class Watch implements SimulatedPmem.Observer {
    @Override
    public void beforeFlush() {
      if (flushesOneIn > 0
          && Long.remainderUnsigned(Lines.mix(seed ^ Lines.mix(~point)), flushesOneIn) == 0) {
        explore();
      } else {
        point++;
      }
    }

    @Override
    public void beforeDrain() {
      explore();
    }
  }

  private void explore() {
    if (failure != null || exploring) {
      return;
    }
    long number = point++;
    String id = run + "/" + number;
    if (only != null && !only.startsWith(id + "/")) {
      return;
    }
    long begin = System.nanoTime();
    exploring = true;
    try {
      points++;
      pmem.look();
      pmem.takeArrivals().forEach(survivor::touch);
      CrashPoint crash = new CrashPoint(id, Lines.mix(seed * 31 + number), pmem);
      if (only != null) {
        String choice = only.substring(id.length() + 1);
        crash.choose(choice);
        CompletableFuture.runAsync(() -> look(crash, choice), looking).join();
      } else {
        CompletableFuture.runAsync(
                () -> crash.choices(statesPerPoint, choice -> look(crash, choice)), looking)
            .join();
      }
    } finally {
      exploring = false;
      nanos += System.nanoTime() - begin;
    }
  }

  /** By the explorer's own thread, while the one that holds the lock waits for it. */
  private boolean look(CrashPoint crash, String choice) {
    states++;
    long hash = crash.hash();
    distinct += images.add(hash) ? 1 : 0;
    boolean unseen = seen.add(hash);
    if (choice.equals(CrashPoint.KILLED) ? !seenKilled.add(hash) : !unseen) {
      return true;
    }
    verified++;
    survivor.restore(pmem.media());
    crash.apply(survivor);
    CrashedState left =
        new CrashedState(crash.id + "/" + choice, survivor.region(), survivor.persister());
    try {
      verifier.verify(left, promise);
      return true;
    } catch (Exception | Error e) {
      failure = new CrashFailure(left.id(), String.valueOf(promise), e);
      return false;
    }
  }
}
