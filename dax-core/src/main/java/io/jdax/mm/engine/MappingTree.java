package io.jdax.mm.engine;

import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The mappings of a file by the pages that they show (the kernel's i_mmap): an interval tree.
 * Immutable treap nodes behind one reference, so that a walk takes no lock and is not disturbed by
 * mappings that come and go.
 *
 * <p>A walk does not see a mapping that is added meanwhile. That is sound, since the mapping shows
 * nothing yet, and what it will show it learns under the lock of the page's entry.
 */
final class MappingTree {
  private record Node(
      MappedArea area,
      long first,
      long end,
      long priority,
      long maxEnd,
      @Nullable Node left,
      @Nullable Node right) {

    static Node of(MappedArea area, long priority, @Nullable Node left, @Nullable Node right) {
      assert left == null || left.priority <= priority && before(left.area, area);
      assert right == null || right.priority <= priority && before(area, right.area);
      long end = area.facts.endPage();
      long maxEnd = left == null ? end : Math.max(end, left.maxEnd);
      maxEnd = right == null ? maxEnd : Math.max(maxEnd, right.maxEnd);
      return new Node(area, area.facts.firstPage(), end, priority, maxEnd, left, right);
    }

    Node with(@Nullable Node newLeft, @Nullable Node newRight) {
      return of(area, priority, newLeft, newRight);
    }
  }

  private volatile @Nullable Node root;
  private volatile int size;

  /** How many mappings there are. */
  int size() {
    return size;
  }

  synchronized void add(MappedArea area) {
    root = insert(root, Node.of(area, mix(area.id), null, null));
    size++;
  }

  /** Removes a mapping. Does nothing if it was removed before. */
  synchronized void remove(MappedArea area) {
    if (contains(root, area)) {
      root = delete(root, area);
      size--;
    }
  }

  @SuppressWarnings("ReferenceEquality") // a mapping is itself
  private static boolean contains(@Nullable Node tree, MappedArea area) {
    Node node = tree;
    while (node != null && node.area != area) {
      node = before(node.area, area) ? node.right : node.left;
    }
    return node != null;
  }

  /** Is shown mappings, one after the other. What it throws ends the walk. */
  interface Visitor<E extends Exception> {
    void visit(MappedArea area) throws E;
  }

  /** Visits every mapping that shows any of these pages. */
  <E extends Exception> void overlapping(long firstPage, long pageCount, Visitor<E> visitor)
      throws E {
    long end = pageCount > Long.MAX_VALUE - firstPage ? Long.MAX_VALUE : firstPage + pageCount;
    visit(root, firstPage, end, visitor);
  }

  /** Adds up what a function says of every mapping that shows any of these pages. */
  long sum(long firstPage, long pageCount, ToLongFunction<MappedArea> function) {
    Sum sum = new Sum(function);
    overlapping(firstPage, pageCount, sum);
    return sum.total;
  }

  private static final class Sum implements Visitor<RuntimeException> {
    private final ToLongFunction<MappedArea> function;
    private long total;

    Sum(ToLongFunction<MappedArea> function) {
      this.function = function;
    }

    @Override
    public void visit(MappedArea area) {
      total += function.applyAsLong(area);
    }
  }

  private static <E extends Exception> void visit(
      @Nullable Node from, long first, long end, Visitor<E> visitor) throws E {
    Node node = from;
    while (node != null && node.maxEnd > first) {
      if (node.left != null && node.left.maxEnd > first) {
        visit(node.left, first, end, visitor);
      }
      if (node.first >= end) {
        return;
      }
      if (node.end > first) {
        visitor.visit(node.area);
      }
      node = node.right;
    }
  }

  private static Node insert(@Nullable Node tree, Node node) {
    if (tree == null) {
      return node;
    }
    if (node.priority > tree.priority) {
      return node.with(below(tree, node.area), notBelow(tree, node.area));
    }
    return before(tree.area, node.area)
        ? tree.with(tree.left, insert(tree.right, node))
        : tree.with(insert(tree.left, node), tree.right);
  }

  /** The part of a tree that lies before a mapping. */
  private static @Nullable Node below(@Nullable Node tree, MappedArea area) {
    if (tree == null) {
      return null;
    }
    return before(tree.area, area)
        ? tree.with(tree.left, below(tree.right, area))
        : below(tree.left, area);
  }

  /** The part of a tree that lies after a mapping. */
  private static @Nullable Node notBelow(@Nullable Node tree, MappedArea area) {
    if (tree == null) {
      return null;
    }
    return before(tree.area, area)
        ? notBelow(tree.right, area)
        : tree.with(notBelow(tree.left, area), tree.right);
  }

  private static @Nullable Node delete(@Nullable Node tree, MappedArea area) {
    if (tree == null) {
      throw new AssertionError("not in the tree");
    }
    if (tree.area == area) {
      return merge(tree.left, tree.right);
    }
    return before(tree.area, area)
        ? tree.with(tree.left, delete(tree.right, area))
        : tree.with(delete(tree.left, area), tree.right);
  }

  private static @Nullable Node merge(@Nullable Node left, @Nullable Node right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    return left.priority > right.priority
        ? left.with(left.left, merge(left.right, right))
        : right.with(merge(left, right.left), right.right);
  }

  /** The order of mappings: by first page, and then by age, so that no two are equal. */
  private static boolean before(MappedArea a, MappedArea b) {
    long first = a.facts.firstPage();
    long second = b.facts.firstPage();
    return first != second ? first < second : a.id < b.id;
  }

  /**
   * Makes priorities that are like random ones, but the same in every run (splitmix64's finisher).
   */
  private static long mix(long id) {
    long z = id * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
