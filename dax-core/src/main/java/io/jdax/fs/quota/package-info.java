/**
 * What is counted for directory trees that have a quota, in DRAM only. A mount counts again, so
 * that it can't differ from the tree after a crash.
 *
 * <pre>
 *   {@link Projects}   all of a file system; off until the first quota is set
 *   {@link Project}    one: limits, and what counts for it
 *   {@link Account}    an open file's part in it
 * </pre>
 *
 * <p>A file counts with its blocks, including unwritten ones, and with those that a call under way
 * has set aside. Whoever takes or reserves a block for a file charges it first, and may be refused;
 * whoever takes one away, or did not need it, refunds.
 */
@NullMarked
package io.jdax.fs.quota;

import org.jspecify.annotations.NullMarked;
