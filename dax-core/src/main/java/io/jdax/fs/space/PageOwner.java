package io.jdax.fs.space;

/**
 * A file, as far as its pages may have frames kept for them: what {@link Fragments} knows it by.
 * Compared by identity. Only whole pages are mapped in place; so nobody can reach what is kept, and
 * it is given up, without asking, as soon as it is wanted.
 */
public final class PageOwner {
  /** The first of this owner's frames in the {@link PartTable}; guarded by its user's lock. */
  int firstPart = PartTable.NONE;
}
