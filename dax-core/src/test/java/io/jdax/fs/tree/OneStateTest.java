package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two keys that every change gives the same value, read one after the other. */
class OneStateTest {
  private static void put(CowTree tree, int value) {
    try (Change change = tree.change()) {
      change.put(1, 1, new byte[] {(byte) value});
      change.put(1, 2, new byte[] {(byte) value});
      change.done();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static CompletableFuture<Void> putElsewhere(CowTree tree, int value) {
    return CompletableFuture.runAsync(() -> put(tree, value));
  }

  private static void await(CompletableFuture<Void> change) {
    try {
      change.get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static byte value(Lookups state, long lo, Item item) throws IOException {
    assertTrue(state.get(1, lo, item));
    return item.getByte(0);
  }

  @Test
  @DisplayName("A reading that meets a change between two lookups begins anew, and sees one state")
  void aReadingBeginsAnew() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(256)) {
      put(fixture.tree, 1);
      int[] attempts = new int[1];
      int both =
          fixture.tree.read(
              state -> {
                Item item = new Item();
                byte first = value(state, 1, item);
                if (attempts[0]++ == 0) {
                  await(putElsewhere(fixture.tree, 2));
                }
                return 10 * first + value(state, 2, item);
              });
      assertEquals(22, both);
      assertEquals(2, attempts[0]);
    }
  }

  @Test
  @DisplayName("A change behind the last lookup spoils a reading too: it may have looked elsewhere")
  void alsoBehindTheLastLookup() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(256)) {
      put(fixture.tree, 1);
      int[] attempts = new int[1];
      int seen =
          fixture.tree.read(
              state -> {
                byte value = value(state, 1, new Item());
                if (attempts[0]++ == 0) {
                  await(putElsewhere(fixture.tree, 2));
                }
                return (int) value;
              });
      assertEquals(2, seen);
    }
  }

  @Test
  @DisplayName("What a reading throws because of a state that is none any more is not told")
  void errorsOfOldStatesAreNotTold() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(256)) {
      put(fixture.tree, 1);
      int[] attempts = new int[1];
      assertEquals(
          2,
          (int)
              fixture.tree.read(
                  state -> {
                    byte value = value(state, 1, new Item());
                    if (attempts[0]++ == 0) {
                      await(putElsewhere(fixture.tree, 2));
                      throw new IOException("by what is no more");
                    }
                    return (int) value;
                  }));
      IOException e =
          assertThrows(
              IOException.class,
              () ->
                  fixture.tree.read(
                      state -> {
                        throw new IOException("so it is");
                      }));
      assertEquals("so it is", e.getMessage());
    }
  }

  @Test
  @DisplayName(
      "A reading that every change spoils keeps changes out in the end, and then no longer")
  void aReadingComesToItsEnd() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(256)) {
      put(fixture.tree, 1);
      int[] attempts = new int[1];
      CompletableFuture<?>[] last = new CompletableFuture<?>[1];
      int both =
          fixture.tree.read(
              state -> {
                Item item = new Item();
                byte first = value(state, 1, item);
                CompletableFuture<Void> change = putElsewhere(fixture.tree, 10 + attempts[0]);
                if (attempts[0]++ < 3) {
                  await(change);
                } else {
                  last[0] = change; // waits for the reading, or the reading for it
                }
                byte second = value(state, 2, item);
                assertFalse(attempts[0] > 4, "attempts have no end");
                return 100 * first + second;
              });
      assertEquals(1212, both);
      await(last[0].thenRun(() -> {}));
      assertEquals(13, (int) fixture.tree.read(state -> (int) value(state, 1, new Item())));
    }
  }

  @Test
  @DisplayName("A reading in a thread with a change open sees that change, as it is so far")
  void insideOfAChange() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(256)) {
      put(fixture.tree, 1);
      try (Change change = fixture.tree.change()) {
        change.put(1, 1, new byte[] {9});
        assertEquals(9, (int) fixture.tree.read(state -> (int) value(state, 1, new Item())));
      }
      assertEquals(1, (int) fixture.tree.read(state -> (int) value(state, 1, new Item())));
    }
  }
}
