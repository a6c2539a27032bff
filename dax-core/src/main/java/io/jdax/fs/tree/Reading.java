package io.jdax.fs.tree;

import java.io.IOException;

/** Some lookups that belong together; see {@link CowTree#read}. */
@FunctionalInterface
public interface Reading<T> {
  /**
   * Looks things up in one state of the tree. May be run again, with another, and then has to begin
   * anew; so it changes nothing, waits for nobody, and keeps no {@link Item} of the attempt before.
   */
  T in(Lookups state) throws IOException;
}
