package io.jdax.fs;

import io.jdax.mm.ExtentState;

/**
 * A piece of a file that has storage.
 *
 * @param offset in the file, bytes
 * @param length bytes
 * @param pfn of its first block
 * @param state WRITTEN or UNWRITTEN
 */
public record FileExtent(long offset, long length, long pfn, ExtentState state) {}
