package io.jdax.os;

/**
 * A run of a file's bytes, and where they lie on its device.
 *
 * @param fileOffset in bytes from the beginning of the file
 * @param deviceOffset in bytes from the beginning of the device
 * @param length in bytes
 */
public record DeviceExtent(long fileOffset, long deviceOffset, long length) {}
