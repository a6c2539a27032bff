package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.tree.NodeCheck.Kind;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a node can be, up to the last byte, and what is wrong with one that is none. */
class NodeCheckTest {
  private static final long PFN = 5;
  private static final long GENERATION = 9;
  private static final long FILE_SYSTEM = 0x77;

  /** Of the file system; the region has more. */
  private static final long BLOCKS = 12;

  private static final int VALUE = 30;

  private final Region region = anonymous();
  private final List<Long> fetched = new ArrayList<>();
  private final NodeCheck check =
      new NodeCheck(
          region,
          (offset, length) -> {
            fetched.add(offset);
            fetched.add(length);
          },
          FILE_SYSTEM,
          BLOCKS);
  private final NodeCheck.Expectation leaf = new NodeCheck.Expectation().root(0);
  private final NodeCheck.Expectation inner = new NodeCheck.Expectation().root(1);
  private final MemorySegment copy = MemorySegment.ofArray(new byte[2 * Node.BYTES]);
  private final ByteBuffer sameBytes = copy.asByteBuffer();
  private final MemorySegment memory = region.segment();
  private final MemorySegment scratch = MemorySegment.ofArray(new byte[Node.BYTES]);

  private static Region anonymous() {
    try {
      return Region.anonymous("nodes", 16 * Node.BYTES);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void threeItems() {
    clear(PFN, 0);
    for (int i = 0; i < 3; i++) {
      item(i, 10L * (i + 1), VALUE);
    }
  }

  @AfterEach
  void close() throws IOException {
    region.close();
  }

  private void clear(long pfn, int level) {
    Node.clear(memory, pfn * Node.BYTES, level);
    Node.identify(memory, pfn * Node.BYTES, pfn, GENERATION, FILE_SYSTEM);
  }

  private void item(int i, long lo, int length) {
    Node.insertItem(memory, PFN * Node.BYTES, i, 7, lo, scratch, 0, length, scratch);
  }

  private static long slot(int i) {
    return Node.slot(0, 0, i);
  }

  private NodeCheck.@Nullable Flaw examine(long pfn, NodeCheck.Expectation expected)
      throws IOException {
    return check.examine(
        pfn, expected, GENERATION, copy, Node.BYTES, sameBytes, new NodeChecksum());
  }

  private void assertGood(NodeCheck.Expectation expected) throws IOException {
    TreeVandal.sealNode(region, PFN);
    assertNull(examine(PFN, expected));
  }

  private void assertFlaw(NodeCheck.Expectation expected, Kind kind, String what)
      throws IOException {
    TreeVandal.sealNode(region, PFN);
    NodeCheck.Flaw flaw = examine(PFN, expected);
    assertNotNull(flaw, what);
    assertEquals(what, flaw.what());
    assertSame(kind, flaw.kind());
  }

  private void set(long field, long value) {
    long at = PFN * Node.BYTES + field;
    if (field == Node.SELF || field == Node.GENERATION || field == Node.FILE_SYSTEM) {
      memory.set(Node.LONG, at, value);
    } else {
      memory.set(Node.SHORT, at, (short) value);
    }
  }

  // ---------------------------------------------------------------- bytes

  @Test
  @DisplayName("A node that is good is copied to where its reader wants it")
  void good() throws IOException {
    assertGood(leaf);
    assertEquals(
        -1,
        MemorySegment.mismatch(
            memory, PFN * Node.BYTES, (PFN + 1) * Node.BYTES, copy, Node.BYTES, 2L * Node.BYTES));
  }

  @Test
  @DisplayName("A node lies behind the superblocks and before the end of the file system")
  void outside() throws IOException {
    for (long pfn : new long[] {-1, 0, 1, BLOCKS, BLOCKS + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      NodeCheck.Flaw flaw = examine(pfn, leaf);
      assertNotNull(flaw);
      assertEquals("lies outside the 12 frames of the device", flaw.what());
    }
    for (long pfn : new long[] {2, BLOCKS - 1}) {
      clear(pfn, 0);
      TreeVandal.sealNode(region, pfn);
      assertNull(examine(pfn, leaf));
    }
  }

  @Test
  @DisplayName("Bytes that no commit has written are told from a node that is another")
  void bytes() throws IOException {
    TreeVandal.sealNode(region, PFN);
    memory.set(Node.INT, PFN * Node.BYTES, Node.MAGIC_VALUE + 1);
    NodeCheck.Flaw flaw = examine(PFN, leaf);
    assertNotNull(flaw);
    assertEquals(new NodeCheck.Flaw(Kind.BYTES, "has no magic number"), flaw);
    memory.set(Node.INT, PFN * Node.BYTES, Node.MAGIC_VALUE);
    memory.set(Node.INT, PFN * Node.BYTES + Node.BYTES - 4, 1);
    assertEquals(new NodeCheck.Flaw(Kind.BYTES, "has a bad checksum"), examine(PFN, leaf));
  }

  @Test
  @DisplayName("A node is fetched before it is read, if it can be there, and named if it is bad")
  void load() throws IOException {
    TreeVandal.sealNode(region, PFN);
    NodeChecksum checksum = new NodeChecksum();
    check.load(PFN, leaf, GENERATION, copy, 0, sameBytes, checksum);
    assertEquals(List.of(PFN * Node.BYTES, (long) Node.BYTES), fetched);
    fetched.clear();
    for (long pfn : new long[] {-1, BLOCKS}) {
      CorruptMetadataException e =
          assertThrows(
              CorruptMetadataException.class,
              () -> check.load(pfn, leaf, GENERATION, copy, 0, sameBytes, checksum));
      assertEquals(pfn, e.pfn());
      assertEquals("node", e.structure());
      assertTrue(Messages.of(e).endsWith("lies outside the 12 frames of the device"));
    }
    assertEquals(List.of(), fetched);
  }

  // ---------------------------------------------------------------- identity

  @Test
  @DisplayName("A node tells its block, its file system, its level, and a commit that there was")
  void identity() throws IOException {
    set(Node.SELF, PFN + 1);
    assertFlaw(leaf, Kind.IDENTITY, "says that it is in frame 6");
    set(Node.SELF, PFN);
    set(Node.FILE_SYSTEM, FILE_SYSTEM + 1);
    assertFlaw(leaf, Kind.IDENTITY, "belongs to another file system");
    set(Node.FILE_SYSTEM, FILE_SYSTEM);
    assertFlaw(inner, Kind.IDENTITY, "has level 0 where 1 is expected");
    for (long good : new long[] {1, GENERATION}) {
      set(Node.GENERATION, good);
      assertGood(leaf);
    }
    for (long bad : new long[] {GENERATION + 1, 0, -1, Long.MAX_VALUE}) {
      set(Node.GENERATION, bad);
      assertFlaw(leaf, Kind.IDENTITY, "was written by commit " + bad + ", but the tree is at 9");
    }
  }

  @Test
  @DisplayName("A tree is no higher than any device needs")
  void level() throws IOException {
    clear(PFN, Node.MAX_LEVEL);
    child(Node.MAX_LEVEL, 0, 0);
    assertGood(new NodeCheck.Expectation().root(Node.MAX_LEVEL));
    clear(PFN, Node.MAX_LEVEL + 1);
    child(Node.MAX_LEVEL + 1, 0, 0);
    assertFlaw(
        new NodeCheck.Expectation().root(Node.MAX_LEVEL + 1),
        Kind.IDENTITY,
        "has level 16 where 16 is expected");
  }

  private void child(int level, int i, long lo) {
    assertTrue(level > 0);
    Node.insertChild(memory, PFN * Node.BYTES, i, 7, lo, 3);
  }

  // ---------------------------------------------------------------- layout

  @Test
  @DisplayName("A leaf may be full to the last byte")
  void fullLeaf() throws IOException {
    int left;
    for (int i = 3; (left = Node.freeBytes(memory, PFN * Node.BYTES) - Node.LEAF_SLOT) >= 0; i++) {
      item(i, 100 + i, Math.min(left, 900));
    }
    assertEquals(-Node.LEAF_SLOT, left);
    assertGood(leaf);
    int values = Node.values(memory, PFN * Node.BYTES);
    set(Node.VALUES, values - 1);
    int count = Node.count(memory, PFN * Node.BYTES);
    assertFlaw(
        leaf, Kind.LAYOUT, "has " + count + " slots, and values from byte " + (values - 1) + " on");
  }

  @Test
  @DisplayName("An inner node may have as many children as there is room for, and no values")
  void fullInner() throws IOException {
    clear(PFN, 1);
    for (int i = 0; i < Node.MAX_CHILDREN; i++) {
      child(1, i, i);
    }
    assertGood(inner);
    set(Node.VALUES, Node.BYTES - 1);
    assertFlaw(inner, Kind.LAYOUT, "has 169 slots, and values from byte 4095 on");
    set(Node.VALUES, Node.BYTES);
    set(Node.COUNT, Node.MAX_CHILDREN + 1);
    assertFlaw(inner, Kind.LAYOUT, "has 170 slots, and values from byte 4096 on");
    clear(PFN, 1);
    child(1, 0, 0);
    set(Node.VALUES, Node.BYTES - 8);
    set(Node.GARBAGE, 8);
    assertFlaw(inner, Kind.LAYOUT, "has 1 slots, and values from byte 4088 on");
    set(Node.VALUES, Node.BYTES);
    assertFlaw(inner, Kind.LAYOUT, "has values of 8 bytes in an area of 0");
  }

  @Test
  @DisplayName("Only a leaf that is the root is empty")
  void empty() throws IOException {
    clear(PFN, 0);
    assertGood(leaf);
    set(Node.VALUES, Node.BYTES + 1);
    assertFlaw(leaf, Kind.LAYOUT, "has 0 slots, and values from byte 4097 on");
    clear(PFN, 1);
    assertFlaw(inner, Kind.LAYOUT, "is empty");
    clear(PFN, 0);
    leaf.root = false;
    assertFlaw(leaf, Kind.LAYOUT, "is empty");
  }

  @Test
  @DisplayName("A value lies in the area of values, and is no longer than values may be")
  void values() throws IOException {
    int first = Node.BYTES - 3 * VALUE;
    set(slot(1) + Node.VALUE_AT, first - 1);
    assertFlaw(leaf, Kind.LAYOUT, "has a value of 30 bytes at byte 4005");
    set(slot(1) + Node.VALUE_AT, first);
    assertGood(leaf); // beside another, as the sums do not tell
    set(slot(1) + Node.VALUE_AT, Node.BYTES - VALUE);
    assertGood(leaf);
    set(slot(1) + Node.VALUE_AT, Node.BYTES - VALUE + 1);
    assertFlaw(leaf, Kind.LAYOUT, "has a value of 30 bytes at byte 4067");
  }

  @Test
  @DisplayName("A value may have 1024 bytes, and no more")
  void longestValue() throws IOException {
    clear(PFN, 0);
    item(0, 1, CowTree.MAX_VALUE_BYTES);
    assertGood(leaf);
    clear(PFN, 0);
    item(0, 1, CowTree.MAX_VALUE_BYTES + 1);
    assertFlaw(leaf, Kind.LAYOUT, "has a value of 1025 bytes at byte 3071");
  }

  @Test
  @DisplayName("Living and dead values are as many bytes as their area has")
  void sums() throws IOException {
    Node.removeItems(memory, PFN * Node.BYTES, 1, 2);
    assertGood(leaf);
    set(Node.GARBAGE, VALUE + 1);
    assertFlaw(leaf, Kind.LAYOUT, "has values of 91 bytes in an area of 90");
    set(Node.GARBAGE, VALUE - 1);
    assertFlaw(leaf, Kind.LAYOUT, "has values of 89 bytes in an area of 90");
  }

  // ---------------------------------------------------------------- keys

  @Test
  @DisplayName("Keys ascend, and none is there twice")
  void ascending() throws IOException {
    memory.set(Node.LONG, PFN * Node.BYTES + slot(1) + Node.KEY_LO, 11);
    assertGood(leaf);
    memory.set(Node.LONG, PFN * Node.BYTES + slot(1) + Node.KEY_LO, 10);
    assertFlaw(leaf, Kind.KEYS, "has a key out of order in slot 1");
    memory.set(Node.LONG, PFN * Node.BYTES + slot(1) + Node.KEY_LO, 30);
    assertFlaw(leaf, Kind.KEYS, "has a key out of order in slot 2");
  }

  @Test
  @DisplayName("Keys lie from the lower bound on, inclusive, to the upper one, exclusive")
  void bounds() throws IOException {
    leaf.root = false;
    leaf.bounded = true;
    leaf.lowHi = 7;
    leaf.lowLo = 10;
    leaf.highHi = 7;
    leaf.highLo = 31;
    assertGood(leaf);
    leaf.lowLo = 11;
    assertFlaw(leaf, Kind.KEYS, "has a key out of order in slot 0");
    leaf.lowLo = 0;
    leaf.highLo = 30;
    assertFlaw(leaf, Kind.KEYS, "has a key out of order in slot 2");
    leaf.bounded = false;
    assertGood(leaf);
  }

  @Test
  @DisplayName("An empty root has no key that could be out of order")
  void emptyRoot() throws IOException {
    clear(PFN, 0);
    leaf.lowHi = 8;
    leaf.bounded = true;
    leaf.highHi = 8;
    assertGood(leaf);
  }

  @Test
  @DisplayName("A child is promised the keys from its own to its neighbour's, or its parent's end")
  void promises() {
    clear(PFN, 3);
    for (int i = 0; i < 3; i++) {
      child(3, i, 10L * (i + 1));
    }
    NodeCheck.Expectation parent = new NodeCheck.Expectation().root(3);
    parent.lowHi = 5;
    parent.lowLo = 6;
    for (boolean bounded : new boolean[] {false, true}) {
      parent.bounded = bounded;
      parent.highHi = 9;
      parent.highLo = 8;
      assertPromise(parent, 0, 5, 6, true, 7, 20);
      assertPromise(parent, 1, 7, 20, true, 7, 30);
      assertPromise(parent, 2, 7, 30, bounded, 9, 8);
    }
  }

  private void assertPromise(
      NodeCheck.Expectation parent,
      int i,
      long lowHi,
      long lowLo,
      boolean bounded,
      long highHi,
      long highLo) {
    NodeCheck.Expectation child =
        new NodeCheck.Expectation().child(parent, memory, PFN * Node.BYTES, i);
    assertFalse(child.root);
    assertEquals(2, child.level);
    assertEquals(new ItemKey(lowHi, lowLo), new ItemKey(child.lowHi, child.lowLo));
    assertEquals(bounded, child.bounded);
    if (bounded) {
      assertEquals(new ItemKey(highHi, highLo), new ItemKey(child.highHi, child.highLo));
    }
  }
}
