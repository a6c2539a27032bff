/**
 * Sectors on a region: checked, counted, durable when write returns.
 *
 * <p><b>Devices.</b> {@link BlockDevice} is sectors of one size, numbered from 0, and {@link
 * PmemBlockDevice} is those of a region. {@link DirectAccess} tells where in memory they lie. For a
 * device without direct access, {@link SectorPersister} keeps metadata in DRAM, and {@code
 * DeviceFlush} makes one flush serve many threads.
 *
 * <p><b>A request.</b> {@code Sectors} checks it, {@code Buffers} takes the caller's buffers apart,
 * {@code SectorTransfer} moves the bytes, and {@code BlockCounters} counts; {@link BlockStatistics}
 * are the counts at one moment.
 *
 * <p><b>Bad bytes.</b> {@code BadBlocks} knows which they are, and {@code BadSectors} stands
 * between them and the requests. A {@link BadBlockClearer} makes them usable again, by writing
 * through the kernel ({@code BadBlockClearerFile}) or not at all ({@code BadBlockClearerNone});
 * {@code KeptSectors} are the good ones beside them meanwhile.
 *
 * <p><b>What is refused.</b> Each {@link BlockRequestException} is a {@link
 * MisalignedRequestException}, a {@link SectorRangeException} or a {@link ReadOnlyDeviceException}.
 */
@NullMarked
package io.jdax.block;

import org.jspecify.annotations.NullMarked;
