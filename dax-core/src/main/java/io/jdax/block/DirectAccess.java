package io.jdax.block;

import java.lang.foreign.MemorySegment;

/**
 * Memory that sectors lie in. It stays valid until the device is closed, and the device keeps
 * nothing for it. Stores to it are durable only when the caller persists them.
 *
 * @param pfn page frame number within the region, that is, offset / 4096
 * @param segment the requested sectors, read-only if the device is; bound to the region's lifetime
 * @param contiguousSectors how many sectors, from the first requested one on, lie in consecutive
 *     good frames; at least as many as were requested, and whole pages
 */
public record DirectAccess(long pfn, MemorySegment segment, long contiguousSectors) {}
