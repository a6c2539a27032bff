/**
 * Measured on pages that come and go: the groups fault and invalidate.
 *
 * <p><b>Pages that come.</b> {@link LoadFault} is the first load from a page, {@link StoreFault}
 * the first store to one.
 *
 * <p><b>Pages that go.</b> {@link Invalidate} takes a page out of the mappings that show it ({@link
 * MappedBy}); {@link Punch} makes pages holes ({@link PunchedPages}).
 *
 * <p><b>The kernel beside.</b> {@link KernelPages} are pages of its own, and {@link KernelMemory}
 * is the memory that they lie in, touched by loops in C.
 */
@NullMarked
package io.jdax.bench.measured.fault;

import org.jspecify.annotations.NullMarked;
