/**
 * Measured on files that go through DRAM, beside files that don't: the group cache.
 *
 * <p><b>Pages that are in DRAM.</b> {@link TierLoad}, {@link TierStore} and {@link TierRead}.
 *
 * <p><b>Pages that are not.</b> {@link Miss} brings them in ({@link MissedPages}), and {@link
 * EvictingStore} sends others out for them.
 *
 * <p><b>Media that are slow to write.</b> {@link Rewrite} by calls, {@link RewriteMapped} by
 * stores.
 */
@NullMarked
package io.jdax.bench.measured.tier;

import org.jspecify.annotations.NullMarked;
