package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many frames whoever asks may have, to the last one. */
class FrameAccountsTest {
  private static final long FRAMES = 1000;
  private static final long USABLE = FRAMES - 64;

  private final FrameAccounts accounts = new FrameAccounts(FRAMES);

  private long usable() {
    return accounts.framesAbove(accounts.dataFloor());
  }

  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource({
    "3, 0",
    "64, 16", // a quarter, where there is little
    "255, 63",
    "256, 64",
    "4096, 64", // a 64th from here on
    "4160, 65",
    "262144, 4096",
    "300000, 4096"
  })
  @DisplayName("What is kept back is a 64th, from 64 to 4096 frames, and never above a quarter")
  void reserve(long frames, long kept) {
    FrameAccounts other = new FrameAccounts(frames);
    assertEquals(kept, other.dataFloor());
    assertEquals(frames - kept, other.framesAbove(other.dataFloor()));
    assertEquals(frames, other.unreservedFrames());
  }

  @Test
  @DisplayName("Data has all that is usable, and not one frame more: all, or as many as there are")
  void data() {
    assertFalse(accounts.takeForData(USABLE + 1));
    assertEquals(USABLE, usable());
    assertTrue(accounts.takeForData(USABLE));
    assertEquals(0, usable());
    assertFalse(accounts.takeForData(1));
    assertEquals(0, accounts.takeForDataUpTo(1));
    accounts.giveBack(5);
    assertEquals(3, accounts.takeForDataUpTo(3));
    assertEquals(2, accounts.takeForDataUpTo(3));
    assertEquals(0, accounts.takeForDataUpTo(3));
    assertEquals(64, accounts.unreservedFrames());
  }

  @Test
  @DisplayName("Who may use the reserve leaves the floor that he says")
  void floor() {
    assertFalse(accounts.take(991, 10));
    assertTrue(accounts.take(990, 10));
    assertEquals(10, accounts.unreservedFrames());
    assertEquals(0, accounts.framesAbove(10));
    assertEquals(1, accounts.framesAbove(9));
    assertEquals(0, accounts.framesAbove(11));
    assertEquals(0, usable());
    assertTrue(accounts.take(10, 0));
    assertFalse(accounts.take(1, 0));
    assertTrue(accounts.take(0, 0));
  }

  @Test
  @DisplayName("What the mount finds in use is taken from the reserve as well")
  void found() {
    accounts.takeFound(FRAMES);
    assertEquals(0, accounts.unreservedFrames());
    accounts.giveBack(0);
    accounts.giveBack(1);
    assertEquals(1, accounts.unreservedFrames());
  }

  @Test
  @DisplayName("A promise costs a node for each 32 items, and a split for each leaf it may meet")
  void promises() {
    assertTrue(accounts.promise(1));
    assertEquals(USABLE - 1, usable());
    assertTrue(accounts.promise(31));
    assertEquals(USABLE - 1, usable());
    assertTrue(accounts.promise(1));
    assertEquals(USABLE - 2, usable());
    assertEquals(33, accounts.promisedItems());
    accounts.setTreeNodes(10);
    assertEquals(USABLE - 2 - 10, usable());
    accounts.recorded(27);
    assertEquals(USABLE - 1 - 6, usable(), "six items split six leaves at most");
    accounts.setTreeNodes(3);
    assertEquals(USABLE - 1 - 3, usable());
    accounts.promiseFound(100);
    assertEquals(106, accounts.promisedItems());
    accounts.recorded(0);
    accounts.recorded(106);
    assertEquals(USABLE, usable());
  }

  @Test
  @DisplayName("A promise that there is no room for has promised nothing")
  void refusedPromise() {
    assertTrue(accounts.takeForData(USABLE - 2));
    assertTrue(accounts.promise(64));
    assertEquals(0, usable());
    assertFalse(accounts.promise(1));
    assertEquals(64, accounts.promisedItems());
    accounts.recorded(1);
    assertTrue(accounts.promise(1));
  }

  @Test
  @DisplayName("A change that adds nodes leaves one more for each, as promises may meet those")
  void growthFloor() {
    assertEquals(64, accounts.growthFloor(7));
    assertTrue(accounts.promise(3));
    assertEquals(64 + 1 + 3, accounts.growthFloor(7));
    assertEquals(64 + 1 + 2, accounts.growthFloor(2));
  }

  @ParameterizedTest(name = "{0} items")
  @CsvSource({"0, 0", "1, 1", "32, 1", "33, 2", "64, 2", "65, 3"})
  @DisplayName("A node holds 32 items at least")
  void nodesFor(long items, long nodes) {
    assertEquals(nodes, FrameAccounts.nodesFor(items));
    assertEquals(nodes, Space.nodesFor(items));
  }
}
