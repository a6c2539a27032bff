/**
 * Mapped persistent memory: its kinds, what the platform says of it, its lock.
 *
 * <p><b>A region.</b> {@link Region} is bytes and their address. {@link RegionBuilder} is what a
 * caller wants of one, and {@code RegionOpener} is one attempt to open it. {@code RegionLife} knows
 * whether it is open and who keeps it so: each a {@link RegionHold}, or a {@link RegionTail}, which
 * has the addresses after the region as well.
 *
 * <p><b>What it is.</b> {@link RegionFacts} tells all: the {@link RegionKind}, the {@link
 * PersistenceDomain}, the {@link StoreGranularity}, and each {@link BadRange}. {@code MediaClass}
 * is what a descriptor turned out to be, {@code Platform} is what sysfs says, and {@code PageSizes}
 * is what the kernel maps it with.
 *
 * <p><b>Its memory.</b> {@code Mapping} is a file's bytes at a range of {@code Addresses}. {@code
 * MemoryWishes} carries out where and how a caller would like it, and {@code FirstTouch} makes
 * pages present that a long copy is about to fill.
 *
 * <p><b>What goes wrong.</b> Each is a {@link RegionException}. An open is refused with {@link
 * UnsupportedRegionException}, {@link RegionSizeException}, {@link RegionLockedException} or {@link
 * GranularityException}, a close with {@link RegionBusyException}, and a change with {@link
 * ReadOnlyRegionException}; {@link MediaErrorException} says that bytes can't be reached.
 */
@NullMarked
package io.jdax.region;

import org.jspecify.annotations.NullMarked;
