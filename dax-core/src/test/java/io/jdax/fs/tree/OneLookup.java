package io.jdax.fs.tree;

import java.io.IOException;

/** A lookup that is a reading of its own. */
final class OneLookup {
  private OneLookup() {}

  static boolean get(CowTree tree, long hi, long lo, Item out) throws IOException {
    return tree.read(state -> state.get(hi, lo, out));
  }

  static boolean ceiling(CowTree tree, long hi, long lo, Item out) throws IOException {
    return tree.read(state -> state.ceiling(hi, lo, out));
  }

  static boolean floor(CowTree tree, long hi, long lo, Item out) throws IOException {
    return tree.read(state -> state.floor(hi, lo, out));
  }
}
