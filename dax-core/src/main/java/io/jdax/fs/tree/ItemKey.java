package io.jdax.fs.tree;

/** A key, in the order of the tree, which compares both halves unsigned. */
public record ItemKey(long hi, long lo) implements Comparable<ItemKey> {
  @Override
  public int compareTo(ItemKey other) {
    return Node.compare(hi, lo, other.hi, other.lo);
  }
}
