package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CopyTeamTest {
  private final StringWriter said = new StringWriter();
  private final Problems problems = new Problems(new PrintWriter(said));

  private CopyTeam<Integer> team(int threads) {
    return new CopyTeam<>(problems, threads, i -> i);
  }

  private static SkippedException skipped(String name) {
    return new SkippedException(name, "is left out");
  }

  @Test
  @DisplayName("Files that are left out are told in the order of the tree, not of the threads")
  void order() throws IOException {
    CountDownLatch second = new CountDownLatch(1);
    try (CopyTeam<Integer> team = team(2)) {
      team.copy(
          "first",
          thread -> {
            await(second);
            throw skipped("first");
          });
      team.copy(
          "second",
          thread -> {
            second.countDown();
            throw skipped("second");
          });
      team.then(
          "third",
          () -> {
            throw skipped("third");
          });
      team.drain();
    }
    assertEquals(
        "jdax: first: is left out\njdax: second: is left out\njdax: third: is left out\n",
        said.toString());
  }

  @Test
  @DisplayName("A step waits for all that was asked for before it")
  void steps() throws IOException {
    AtomicInteger done = new AtomicInteger();
    List<Integer> seen = new ArrayList<>();
    try (CopyTeam<Integer> team = team(3)) {
      for (int i = 1; i <= 500; i++) {
        team.copy("file", thread -> done.incrementAndGet());
        if (i % 100 == 0) {
          int expected = i;
          team.then("directory", () -> seen.add(done.get() >= expected ? expected : -1));
        }
      }
      team.drain();
    }
    assertEquals(List.of(100, 200, 300, 400, 500), seen);
    assertEquals(500, done.get());
  }

  @Test
  @DisplayName(
      "The first failure of the tree ends the copy; what has not begun lets go of its file")
  void failure() {
    AtomicInteger over = new AtomicInteger();
    int[] asked = new int[1];
    IOException failed =
        assertThrows(
            IOException.class,
            () -> {
              try (CopyTeam<Integer> team = team(2)) {
                team.copy(
                    "full",
                    thread -> {
                      throw new IOException("full");
                    });
                for (int i = 0; i < 200; i++) {
                  asked[0]++;
                  team.copy(
                      "later",
                      new CopyTeam.Work<>() {
                        @Override
                        public void run(Integer thread) throws IOException {
                          over.incrementAndGet();
                          throw skipped("later");
                        }

                        @Override
                        public void drop() {
                          over.incrementAndGet();
                        }
                      });
                }
                team.drain();
              }
            });
    assertEquals("full", failed.getMessage());
    assertEquals(asked[0], over.get(), "each was run or dropped");
    assertEquals("", said.toString());
  }

  @Test
  @DisplayName("What was left out before the tree itself fails is told first")
  void before() {
    try (CopyTeam<Integer> team = team(2)) {
      IOException failed =
          assertThrows(
              IOException.class,
              () ->
                  team.inOrder(
                      () -> {
                        team.copy(
                            "file",
                            thread -> {
                              throw skipped("file");
                            });
                        throw new IOException("the tree");
                      }));
      assertEquals("the tree", failed.getMessage());
    }
    assertTrue(said.toString().startsWith("jdax: file: "), said.toString());
  }

  @Test
  @DisplayName(
      "What all threads do together is over on return, also when one fails, and can follow")
  void together() throws IOException {
    try (CopyTeam<Integer> team = team(3)) {
      AtomicInteger ended = new AtomicInteger();
      IOException failed =
          assertThrows(
              IOException.class,
              () ->
                  team.all(
                      thread -> {
                        ended.incrementAndGet();
                        throw new IOException("thread " + thread);
                      }));
      assertEquals(3, ended.get());
      assertEquals(2, failed.getSuppressed().length);
      CountDownLatch others = new CountDownLatch(3);
      assertEquals(
          2,
          team.all(
              thread -> {
                others.countDown(); // each thread has one share
                await(others);
                return thread;
              }));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
