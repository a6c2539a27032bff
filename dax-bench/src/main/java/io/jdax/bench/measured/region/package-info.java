/**
 * Measured on the bare region, without a file system: the groups flush, copy, block and downcall.
 *
 * <p><b>Shapes.</b> {@link DurableStore} is a line made durable, {@link CopyPersist} a buffer
 * copied in; {@link BlockWrite} and {@link BlockRead} move sectors; {@link Downcall} is what a call
 * of C costs.
 *
 * <p><b>The region as each side sees it.</b> {@link Target} is that of jdax and C, {@link
 * DeviceTarget} the block device, {@link MappedTarget} the file as the JDK maps it, and {@link
 * ChannelTarget} the file as a channel.
 */
@NullMarked
package io.jdax.bench.measured.region;

import org.jspecify.annotations.NullMarked;
