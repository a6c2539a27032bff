package io.jdax.fs.tree;

import java.io.IOException;

/**
 * Lookups in one state of the tree, which is that of a {@link Reading}, or that of a {@link Change}
 * as far as it has come. Whatever is looked up through one of them belongs together.
 */
public interface Lookups {
  /** What {@link #state} answers where a state can't be known again. */
  long UNKNOWN_STATE = 0;

  /**
   * The state that is looked at, for {@link Change#isStill}; {@link #UNKNOWN_STATE} in a change,
   * and in a reading that keeps changes out.
   */
  default long state() {
    return UNKNOWN_STATE;
  }

  /**
   * Looks a key up.
   *
   * @param out gets the item, if it is there
   * @return whether it is there; if not, {@code out} is as it was
   * @throws io.jdax.fs.error.CorruptMetadataException a node on the way is bad
   * @throws io.jdax.region.MediaErrorException a node on the way can't be read
   */
  boolean get(long hi, long lo, Item out) throws IOException;

  /**
   * Looks up the item with the smallest key that is not below (hi, lo). Otherwise as {@link #get}.
   */
  boolean ceiling(long hi, long lo, Item out) throws IOException;

  /**
   * Looks up the item with the largest key that is not above (hi, lo). Otherwise as {@link #get}.
   */
  boolean floor(long hi, long lo, Item out) throws IOException;
}
