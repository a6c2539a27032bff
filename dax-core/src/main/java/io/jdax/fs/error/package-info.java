/**
 * What goes wrong in a file system, for all its layers. All of it is under {@link
 * java.io.IOException}.
 *
 * <p><b>No room.</b> {@link NoSpaceException} is for want of blocks, {@link QuotaExceededException}
 * because of a limit.
 *
 * <p><b>Refused calls.</b> {@link ReadOnlyMountException}, {@link CrossProjectException}, {@link
 * TimeOutOfRangeException}; {@link BufferFaultException} is about the caller's own memory.
 *
 * <p><b>Refused devices.</b> {@link DeviceBusyException}, {@link UnsupportedDeviceException},
 * {@link NotFormattedException}, {@link UnsupportedFormatException}.
 *
 * <p><b>Damage.</b> {@link CorruptMetadataException} is about what lies on the device, {@link
 * TreeFailedException} about a commit that failed.
 */
@NullMarked
package io.jdax.fs.error;

import org.jspecify.annotations.NullMarked;
