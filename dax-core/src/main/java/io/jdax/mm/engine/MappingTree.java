package io.jdax.mm.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The mappings of a file by the pages that they show (the kernel's i_mmap): an interval tree.
 * Immutable treap nodes behind one reference, so that a walk takes no lock and is not disturbed by
 * mappings that come and go.
 *
 * <p>A mapping that is added during a walk is not seen by it. That is sound: it shows nothing yet,
 * and what it will show it learns under the lock of the page's entry.
 */
final class MappingTree {
  private record Node(
      FileMapping mapping,
      long first,
      long end,
      long priority,
      long maxEnd,
      @Nullable Node left,
      @Nullable Node right) {

    static Node of(FileMapping mapping, long priority, @Nullable Node left, @Nullable Node right) {
      long end = mapping.firstPage() + mapping.pageCount();
      long maxEnd = left == null ? end : Math.max(end, left.maxEnd);
      maxEnd = right == null ? maxEnd : Math.max(maxEnd, right.maxEnd);
      return new Node(mapping, mapping.firstPage(), end, priority, maxEnd, left, right);
    }

    Node with(@Nullable Node newLeft, @Nullable Node newRight) {
      return of(mapping, priority, newLeft, newRight);
    }
  }

  private volatile @Nullable Node root;
  private volatile int size;

  /** How many there are. */
  int size() {
    return size;
  }

  synchronized void add(FileMapping mapping) {
    root = insert(root, Node.of(mapping, mix(mapping.id()), null, null));
    size++;
  }

  /** A mapping that is not there was removed before. */
  synchronized void remove(FileMapping mapping) {
    if (contains(root, mapping)) {
      root = delete(root, mapping);
      size--;
    }
  }

  @SuppressWarnings("ReferenceEquality") // a mapping is itself
  private static boolean contains(@Nullable Node tree, FileMapping mapping) {
    Node node = tree;
    while (node != null && node.mapping != mapping) {
      node = before(node.mapping, mapping) ? node.right : node.left;
    }
    return node != null;
  }

  /** Visits every mapping that shows any of these pages. */
  void overlapping(long firstPage, long pageCount, Consumer<FileMapping> visitor) {
    long end = pageCount > Long.MAX_VALUE - firstPage ? Long.MAX_VALUE : firstPage + pageCount;
    visit(root, firstPage, end, visitor);
  }

  private static void visit(
      @Nullable Node node, long first, long end, Consumer<FileMapping> visitor) {
    while (node != null && node.maxEnd > first) {
      if (node.left != null && node.left.maxEnd > first) {
        visit(node.left, first, end, visitor);
      }
      if (node.first >= end) {
        return;
      }
      if (node.end > first) {
        visitor.accept(node.mapping);
      }
      node = node.right;
    }
  }

  private static Node insert(@Nullable Node tree, Node node) {
    if (tree == null) {
      return node;
    }
    if (node.priority > tree.priority) {
      return node.with(below(tree, node.mapping), notBelow(tree, node.mapping));
    }
    return before(tree.mapping, node.mapping)
        ? tree.with(tree.left, insert(tree.right, node))
        : tree.with(insert(tree.left, node), tree.right);
  }

  /** What of a tree lies before a mapping. */
  private static @Nullable Node below(@Nullable Node tree, FileMapping mapping) {
    if (tree == null) {
      return null;
    }
    return before(tree.mapping, mapping)
        ? tree.with(tree.left, below(tree.right, mapping))
        : below(tree.left, mapping);
  }

  private static @Nullable Node notBelow(@Nullable Node tree, FileMapping mapping) {
    if (tree == null) {
      return null;
    }
    return before(tree.mapping, mapping)
        ? notBelow(tree.right, mapping)
        : tree.with(notBelow(tree.left, mapping), tree.right);
  }

  private static @Nullable Node delete(@Nullable Node tree, FileMapping mapping) {
    if (tree == null) {
      throw new AssertionError("not in the tree");
    }
    if (tree.mapping == mapping) {
      return merge(tree.left, tree.right);
    }
    return before(tree.mapping, mapping)
        ? tree.with(tree.left, delete(tree.right, mapping))
        : tree.with(delete(tree.left, mapping), tree.right);
  }

  private static @Nullable Node merge(@Nullable Node left, @Nullable Node right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    return left.priority > right.priority
        ? left.with(left.left, merge(left.right, right))
        : right.with(merge(left, right.left), right.right);
  }

  /** By first page, then by age: no two are equal. */
  private static boolean before(FileMapping a, FileMapping b) {
    return a.firstPage() != b.firstPage() ? a.firstPage() < b.firstPage() : a.id() < b.id();
  }

  /** The finisher of splitmix64: priorities like random ones, the same in every run. */
  private static long mix(long id) {
    long z = id * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
