package io.jdax.fs.tree;

import io.jdax.fs.journal.Edits;

/**
 * Items that can be looked up and changed: those of the tree, by a {@link Change}, or those that
 * somebody has read out of it.
 */
public interface ItemEdits extends Lookups, Edits {}
