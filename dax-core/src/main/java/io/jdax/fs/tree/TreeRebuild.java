package io.jdax.fs.tree;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.journal.JournalPlace;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.Space;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;

/**
 * Commits a tree of given items in place of a damaged one. Every new node goes to a frame that the
 * old tree does not use, and the superblock that leads to the old tree is overwritten last, so that
 * a crash leaves the old state or the new one.
 */
public final class TreeRebuild {
  /** How far leaves are filled, which leaves room for later changes. */
  private static final int FILL_BYTES = (int) (Node.BYTES - Node.SLOTS) * 3 / 4;

  private static final int FILL_CHILDREN = Node.MAX_CHILDREN * 3 / 4;

  /** A node that is written, and its lowest key. */
  private record Written(ItemKey first, long pfn) {}

  private final Persister persister;
  private final Space space;
  private final BlockRun run = new BlockRun();
  private final NodeChecksum checksum = new NodeChecksum();
  private final MemorySegment node = Arena.ofAuto().allocate(Node.BYTES, Node.BYTES);
  private final ByteBuffer bytes = node.asByteBuffer();
  private final MemorySegment scratch = Arena.ofAuto().allocate(Node.BYTES, Node.BYTES);
  private final Superblock base;
  private final long generation;
  private long nodes;

  private TreeRebuild(Persister persister, TreeSurvey survey, Space space) {
    this.persister = persister;
    this.space = space;
    this.base = survey.baseSuperblock();
    this.generation = generation(survey);
  }

  /**
   * Writes a tree and makes both superblocks lead to it; durable on return. There is no log of
   * notes and no journal then: the next mount takes frames for them.
   *
   * @param items what the tree will hold, and what journal and log have told
   * @param space a space in which everything that the old tree leads to is taken
   * @throws NoSpaceException there is no room for the new tree beside the old one; the old one is
   *     what it was
   */
  public static void commit(
      Persister persister, TreeSurvey survey, NavigableMap<ItemKey, byte[]> items, Space space)
      throws IOException {
    new TreeRebuild(persister, survey, space).run(items);
  }

  /**
   * Makes both superblocks lead to the tree as it is, for when nothing below them needs a repair.
   * Durable on return.
   */
  public static void seal(Persister persister, TreeSurvey survey) throws IOException {
    Superblock base = survey.baseSuperblock();
    writeSuperblocks(
        persister,
        new Superblock(
            base.info(),
            base.version(),
            base.blockCount(),
            generation(survey),
            base.root(),
            base.rootLevel(),
            survey.nodes().size(),
            base.lastChange()));
  }

  private void run(NavigableMap<ItemKey, byte[]> items) throws IOException {
    List<Written> level = leaves(items.entrySet());
    int height = 0;
    while (level.size() > 1) {
      height++;
      level = parents(level, height);
    }
    persister.drain();
    writeSuperblocks(
        persister,
        new Superblock(
            base.info().withLog(LogPlace.NONE).withJournal(JournalPlace.NONE),
            base.version(),
            base.blockCount(),
            generation,
            level.getFirst().pfn(),
            height,
            nodes,
            base.lastChange()));
  }

  /** A number whose superblock does not go to the slot that leads to what the items are from. */
  private static long generation(TreeSurvey survey) {
    long next = survey.generation() + 1;
    return next % Superblock.SLOTS == survey.baseSuperblock().slot() ? next + 1 : next;
  }

  private static void writeSuperblocks(Persister persister, Superblock first) throws IOException {
    SuperblockSlots slots = new SuperblockSlots(persister);
    slots.write(first);
    slots.write(first.next());
  }

  private List<Written> leaves(Set<Map.Entry<ItemKey, byte[]>> items) throws IOException {
    List<Written> written = new ArrayList<>();
    ItemKey first = new ItemKey(0, 0);
    Node.clear(node, 0, 0);
    for (Map.Entry<ItemKey, byte[]> item : items) {
      int length = item.getValue().length;
      int count = Node.count(node, 0);
      if (count > 0 && Node.usedBytes(node, 0) + Node.LEAF_SLOT + length > FILL_BYTES) {
        written.add(new Written(first, write()));
        Node.clear(node, 0, 0);
        count = 0;
      }
      if (count == 0) {
        first = item.getKey();
      }
      MemorySegment value = MemorySegment.ofArray(item.getValue());
      Node.insertItem(
          node, 0, count, item.getKey().hi(), item.getKey().lo(), value, 0, length, scratch);
    }
    written.add(new Written(first, write()));
    return written;
  }

  private List<Written> parents(List<Written> children, int level) throws IOException {
    List<Written> written = new ArrayList<>();
    for (int from = 0; from < children.size(); from += FILL_CHILDREN) {
      Node.clear(node, 0, level);
      int to = Math.min(children.size(), from + FILL_CHILDREN);
      for (int i = from; i < to; i++) {
        ItemKey key = children.get(i).first();
        Node.insertChild(node, 0, i - from, key.hi(), key.lo(), children.get(i).pfn());
      }
      written.add(new Written(children.get(from).first(), write()));
    }
    return written;
  }

  /** Writes the node to a frame of its own, and returns that. */
  private long write() throws IOException {
    space.reserveNodes(1, true);
    long pfn = space.allocateNode(run);
    Node.identify(node, 0, pfn, generation, base.fileSystemId());
    node.set(Node.INT, Node.CRC, checksum.of(bytes, 0));
    persister.copyNoDrain(pfn * Node.BYTES, node, 0, Node.BYTES);
    nodes++;
    return pfn;
  }
}
