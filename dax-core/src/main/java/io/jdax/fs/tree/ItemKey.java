package io.jdax.fs.tree;

/** A key; ascending as in the tree: both halves unsigned. */
public record ItemKey(long hi, long lo) implements Comparable<ItemKey> {
  @Override
  public int compareTo(ItemKey other) {
    return Node.compare(hi, lo, other.hi, other.lo);
  }
}
