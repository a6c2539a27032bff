/**
 * Measured on the large file once its pages are there: the group access.
 *
 * <p><b>Shapes.</b> {@link MappedLoad} and {@link MappedStore} and {@link RandomStore} go through a
 * mapping, {@link PinnedLoop} through what a pin handed out; {@link ShortPin} makes one for a read.
 *
 * <p><b>What they stand on.</b> {@link PinTarget} is a pinned run beside the same bytes without a
 * pin. {@link BareTable} is the smallest table that finds a page, asked in C, which shows what a
 * translation per access costs the processor at least.
 */
@NullMarked
package io.jdax.bench.measured.access;

import org.jspecify.annotations.NullMarked;
