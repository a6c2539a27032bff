package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.CorruptMetadataException;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every node of a tree, by one thread and by several. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TreeWalkTest {
  private static final int KEYS = 24_000;

  private TreeFixture fixture;

  /** Four levels or more, since a node has few children. */
  @BeforeEach
  void fill() throws IOException {
    fixture = TreeFixture.format(1024);
    fixture.tree.commits.writer().limitChildren(8);
    try (Change change = fixture.tree.change()) {
      for (int i = 0; i < KEYS; i++) {
        change.put(1, i, new byte[40]);
      }
      change.done();
    }
    fixture.tree.commit();
    assertTrue(fixture.tree.height() >= 4, "height " + fixture.tree.height());
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @ParameterizedTest(name = "{0} threads")
  @ValueSource(ints = {1, 2, 3, 50})
  @DisplayName("Every item is shown once and every node counted, by however many threads")
  void everything(int parallelism) throws IOException {
    Set<Long> keys = ConcurrentHashMap.newKeySet();
    Set<Long> nodes = ConcurrentHashMap.newKeySet();
    new TreeWalk(
            fixture.tree.region,
            fixture.tree.reader,
            (hi, lo, node, offset, length) -> {
              assertEquals(1, hi);
              assertEquals(40, length);
              assertTrue(keys.add(lo), "shown twice");
            },
            pfn -> assertTrue(nodes.add(pfn), "visited twice"))
        .run(parallelism);
    assertEquals(KEYS, keys.size());
    assertEquals(fixture.tree.nodeCount(), nodes.size());
  }

  @Test
  @DisplayName("Threads walk at the same time, and a caller who wants no others walks alone")
  void threads() throws IOException {
    CountDownLatch both = new CountDownLatch(2);
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    fixture.tree.walk(
        2,
        (hi, lo, node, offset, length) -> {
          if (seen.add(Thread.currentThread())) {
            both.countDown();
          }
          try {
            assertTrue(both.await(50, TimeUnit.SECONDS), "the other thread walks too");
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    assertEquals(2, seen.size());
    seen.clear();
    fixture.tree.walk(1, (hi, lo, node, offset, length) -> seen.add(Thread.currentThread()));
    assertEquals(Set.of(Thread.currentThread()), seen);
  }

  @Test
  @DisplayName("What the visitor throws in a thread of the walk is thrown to the caller")
  void failures() throws IOException {
    Thread caller = Thread.currentThread();
    for (Throwable thrown :
        new Throwable[] {
          new IOException("i"), new UnsupportedOperationException("u"), new OutOfMemoryError("o")
        }) {
      CountDownLatch failed = new CountDownLatch(1);
      ItemVisitor visitor =
          (hi, lo, node, offset, length) -> {
            if (Thread.currentThread().equals(caller)) {
              try {
                assertTrue(failed.await(50, TimeUnit.SECONDS), "the other thread walks too");
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return;
            }
            failed.countDown();
            switch (thrown) {
              case IOException e -> throw e;
              case RuntimeException e -> throw e;
              default -> throw (Error) thrown;
            }
          };
      assertSame(thrown, assertThrows(Throwable.class, () -> fixture.tree.walk(2, visitor)));
    }
    fixture.tree.walk(2, TreeFixture.NOTHING);
  }

  @Test
  @DisplayName("A failure ends the walk of the caller's thread as well")
  void endsSoon() {
    Set<Long> keys = new TreeSet<>();
    assertThrows(
        IOException.class,
        () ->
            fixture.tree.walk(
                1,
                (hi, lo, node, offset, length) -> {
                  keys.add(lo);
                  throw new IOException("the first");
                }));
    assertEquals(Set.of(0L), keys);
  }

  @Test
  @DisplayName("A superblock that tells another number of nodes than there are is bad")
  void count() throws IOException {
    long nodes = fixture.tree.nodeCount();
    long slot = fixture.tree.generation() & 1;
    for (long wrong : new long[] {nodes - 1, nodes + 1}) {
      fixture.tree.reader.nodeCount = wrong;
      CorruptMetadataException e =
          assertThrows(
              CorruptMetadataException.class,
              () ->
                  new TreeWalk(
                          fixture.tree.region, fixture.tree.reader, TreeFixture.NOTHING, pfn -> {})
                      .run(2));
      assertTrue(
          Messages.of(e)
              .endsWith(
                  "superblock in frame %d says that the tree has %d nodes, but it has %d"
                      .formatted(slot, wrong, nodes)),
          Messages.of(e));
    }
    fixture.tree.reader.nodeCount = nodes;
  }
}
