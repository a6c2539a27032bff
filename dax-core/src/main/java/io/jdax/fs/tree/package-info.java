/**
 * One persistent ordered map for all metadata: a copy-on-write B+tree of 4 KiB nodes below two
 * superblocks, changed atomically, committed in groups, with nothing to replay.
 */
@NullMarked
package io.jdax.fs.tree;

import org.jspecify.annotations.NullMarked;
