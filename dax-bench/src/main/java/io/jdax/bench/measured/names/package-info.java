/**
 * Measured by names: the group names.
 *
 * <p><b>Shapes.</b> {@link Names} makes, finds, moves and removes names of a directory of each
 * thread, {@link NamesOfOne} those of one directory by two threads, and {@link DurableNames} does
 * the same beside a disk. {@link ListNames} goes through a {@link ListedDirectory}. {@link
 * FirstCreates} are those of a process that has just begun.
 *
 * <p><b>Stood on.</b> A {@link NameSpace} is what has the names: {@link JdaxNames} or {@link
 * MachineNames}. A {@link NameWork} is what is done to some of them, after what it needs was
 * prepared; {@link WorkingDirectory} is where. {@link FreshProcess} is the process of {@link
 * FirstCreator}.
 */
@NullMarked
package io.jdax.bench.measured.names;

import org.jspecify.annotations.NullMarked;
