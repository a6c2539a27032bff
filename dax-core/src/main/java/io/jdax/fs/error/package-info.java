/**
 * What goes wrong in a file system, for all its layers. All of it is under {@link
 * java.io.IOException}, and what is about a region under {@link io.jdax.region.RegionException}.
 *
 * <pre>
 *   a caller asks for too much   {@link io.jdax.fs.error.NoSpaceException} {@link io.jdax.fs.error.QuotaExceededException} {@link io.jdax.fs.error.CrossProjectException} {@link io.jdax.fs.error.TimeOutOfRangeException}
 *   not now                      {@link io.jdax.fs.error.ReadOnlyMountException} {@link io.jdax.fs.error.DeviceBusyException}
 *   not on this device           {@link io.jdax.fs.error.NotFormattedException} {@link io.jdax.fs.error.UnsupportedFormatException} {@link io.jdax.fs.error.UnsupportedDeviceException}
 *   damage                       {@link io.jdax.fs.error.CorruptMetadataException} {@link io.jdax.fs.error.TreeFailedException} {@link io.jdax.fs.error.BufferFaultException}
 * </pre>
 */
@NullMarked
package io.jdax.fs.error;

import org.jspecify.annotations.NullMarked;
