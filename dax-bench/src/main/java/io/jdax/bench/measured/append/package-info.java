/**
 * Measured by what makes a file longer or fills its holes: the group append.
 *
 * <p><b>Shapes.</b> {@link Append} appends records to {@link AppendedFile}s, with each of the
 * promises that there are, beside bare memory and tmpfs. {@link HoleStore} stores to holes of a
 * {@link SparseFile} and makes the stores durable. {@link MountAfter} mounts a {@link
 * KilledDevice}, which is as a {@link FullLog} has left it; {@link HeldFolds} let that fill.
 */
@NullMarked
package io.jdax.bench.measured.append;

import org.jspecify.annotations.NullMarked;
