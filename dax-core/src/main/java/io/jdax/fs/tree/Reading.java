package io.jdax.fs.tree;

import java.io.IOException;

/** Some lookups that belong together, for {@link CowTree#read}. */
@FunctionalInterface
public interface Reading<T> {
  /**
   * Looks things up in one state of the tree. May be called again with another state, and then has
   * to begin again, so it changes nothing, waits for nothing, and keeps no {@link Item} of an
   * earlier call.
   */
  T in(Lookups state) throws IOException;
}
