package io.jdax.block;

import java.lang.foreign.MemorySegment;

/**
 * Memory that sectors lie in. It stays what it is until the device is closed; nothing is counted or
 * kept for it. Stores to it are durable only when the caller persists them.
 *
 * @param pfn page frame number within the region: offset / 4096
 * @param segment the requested sectors, read-only when the device is; bound to the region's
 *     lifetime
 * @param contiguousSectors how many sectors, from the first requested, lie in consecutive good
 *     frames: at least as many as were requested, whole pages
 */
public record DirectAccess(long pfn, MemorySegment segment, long contiguousSectors) {}
