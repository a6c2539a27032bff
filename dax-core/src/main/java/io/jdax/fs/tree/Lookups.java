package io.jdax.fs.tree;

import java.io.IOException;

/**
 * Lookups in one state of the tree: that of a {@link Reading}, or of a {@link Change} as it is so
 * far. Whatever is looked up through one of them belongs together.
 */
public interface Lookups {
  /**
   * Looks a key up.
   *
   * @return whether it is there; if not, {@code out} is as it was
   * @throws io.jdax.fs.error.CorruptMetadataException a node on the way is bad
   * @throws io.jdax.region.MediaErrorException a node on the way can't be read
   */
  boolean get(long hi, long lo, Item out) throws IOException;

  /** The item with the smallest key that is not below (hi, lo); errors as for {@link #get}. */
  boolean ceiling(long hi, long lo, Item out) throws IOException;

  /** The item with the largest key that is not above (hi, lo); errors as for {@link #get}. */
  boolean floor(long hi, long lo, Item out) throws IOException;
}
