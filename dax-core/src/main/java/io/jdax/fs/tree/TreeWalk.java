package io.jdax.fs.tree;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.os.Daemons;
import io.jdax.os.Waits;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads and verifies every node of a tree that nobody changes, in parallel: the caller goes down
 * from the root until there are enough subtrees, which the threads then take one by one.
 */
final class TreeWalk {
  private static final int SUBTREES_PER_THREAD = 8;

  /** Is shown the frame of every node. */
  @FunctionalInterface
  interface NodeVisitor {
    void node(long pfn) throws IOException;
  }

  /** A node that is still to be read, and what is known of it. */
  private record Subtree(long pfn, NodeCheck.Expectation expected) {}

  private final Region region;
  private final TreeReader tree;
  private final ItemVisitor items;
  private final NodeVisitor nodes;
  private final AtomicLong count = new AtomicLong();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private List<Subtree> subtrees = List.of();

  TreeWalk(Region region, TreeReader tree, ItemVisitor items, NodeVisitor nodes) {
    this.region = region;
    this.tree = tree;
    this.items = items;
    this.nodes = nodes;
  }

  /**
   * Walks.
   *
   * @throws CorruptMetadataException a node is bad, or there are more or fewer than the superblock
   *     says
   */
  void run(int parallelism) throws IOException {
    Worker first = new Worker();
    subtrees = List.of(new Subtree(tree.root, new NodeCheck.Expectation().root(tree.rootLevel)));
    for (int level = tree.rootLevel;
        level > 0 && subtrees.size() < parallelism * SUBTREES_PER_THREAD;
        level--) {
      List<Subtree> below = new ArrayList<>();
      for (Subtree subtree : subtrees) {
        first.expand(subtree, below);
      }
      subtrees = below;
    }
    List<Thread> helpers = new ArrayList<>();
    try {
      for (int i = 1; i < Math.min(parallelism, subtrees.size()); i++) {
        Thread helper = Daemons.unstarted("jdax-walk-" + i, this::help);
        helpers.add(helper);
        helper.start();
      }
      first.drain();
    } catch (Throwable t) {
      failure.compareAndSet(null, t); // so that helpers that have begun end soon
    } finally {
      helpers.forEach(Waits::join);
    }
    rethrow();
    if (count.get() != tree.nodeCount) {
      throw new CorruptMetadataException(
          region.name(),
          "superblock",
          tree.generation & 1,
          "says that the tree has " + tree.nodeCount + " nodes, but it has " + count.get());
    }
  }

  private void help() {
    try {
      new Worker().drain();
    } catch (Throwable t) {
      failure.compareAndSet(null, t);
    }
  }

  private void rethrow() throws IOException {
    switch (failure.get()) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable t -> throw new IllegalStateException(t);
    }
  }

  /** One thread's buffers, a node per level. */
  private final class Worker {
    private final MemorySegment buffer =
        Arena.ofAuto().allocate((long) (tree.rootLevel + 1) * Node.BYTES, Node.BYTES);
    private final ByteBuffer bytes = buffer.asByteBuffer();
    private final NodeChecksum checksum = new NodeChecksum();
    private final NodeCheck.Expectation[] expected = new NodeCheck.Expectation[tree.rootLevel + 1];

    Worker() {
      for (int level = 0; level < expected.length; level++) {
        expected[level] = new NodeCheck.Expectation();
      }
    }

    void drain() {
      try {
        for (int i; (i = next.getAndIncrement()) < subtrees.size() && failure.get() == null; ) {
          Subtree subtree = subtrees.get(i);
          visit(subtree.pfn(), subtree.expected());
        }
      } catch (Throwable t) {
        failure.compareAndSet(null, t);
      }
    }

    /** Reads an inner node for its children. */
    void expand(Subtree subtree, List<Subtree> below) throws IOException {
      NodeCheck.Expectation self = subtree.expected();
      long node = load(subtree.pfn(), self);
      for (int i = 0; i < Node.count(buffer, node); i++) {
        NodeCheck.Expectation child = new NodeCheck.Expectation().child(self, buffer, node, i);
        below.add(new Subtree(Node.child(buffer, node, i), child));
      }
    }

    private void visit(long pfn, NodeCheck.Expectation self) throws IOException {
      long node = load(pfn, self);
      int slots = Node.count(buffer, node);
      if (self.level == 0) {
        for (int i = 0; i < slots; i++) {
          long slot = Node.slot(node, 0, i);
          items.item(
              Node.hi(buffer, slot),
              Node.lo(buffer, slot),
              buffer,
              node + Node.valueAt(buffer, slot),
              Node.valueLength(buffer, slot));
        }
        return;
      }
      for (int i = 0; i < slots; i++) {
        visit(Node.child(buffer, node, i), expected[self.level - 1].child(self, buffer, node, i));
      }
    }

    private long load(long pfn, NodeCheck.Expectation self) throws IOException {
      long node = (long) self.level * Node.BYTES;
      int slot = tree.cache().find(pfn);
      if (slot != NodeCache.NONE && tree.cache().isDirty(slot)) {
        MemorySegment.copy(
            tree.cache().segment(slot), tree.cache().offset(slot), buffer, node, Node.BYTES);
      } else {
        tree.check().load(pfn, self, tree.generation, buffer, node, bytes, checksum);
      }
      nodes.node(pfn);
      count.incrementAndGet();
      return node;
    }
  }
}
