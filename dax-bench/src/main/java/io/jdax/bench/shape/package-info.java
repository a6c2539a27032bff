/**
 * How code says what it measures, and what rows come of that.
 *
 * <p><b>Said by the code.</b> {@link Shape} stands on a JMH class, {@link Measures} on its methods,
 * and {@link Peer} is by whom the work is done.
 *
 * <p><b>Rows to be.</b> A {@link Case} is one method with its parameters and number of threads. The
 * {@link Catalogue} finds them all, so that a new class needs no entry anywhere.
 */
@NullMarked
package io.jdax.bench.shape;

import org.jspecify.annotations.NullMarked;
