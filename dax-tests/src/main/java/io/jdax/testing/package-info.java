/**
 * What power loss can leave, for tests: of this project's structures, and of an application's own.
 *
 * <pre>
 *   SimulatedPmem   a region whose persister knows what is durable: media beside memory
 *   CrashExplorer   goes through the images that power loss could leave, at every drain and between
 *   Verifier        the test's own: opens an image, compares it with what was promised
 *   Mutation        a bug on purpose, to see that the test would notice
 * </pre>
 *
 * <p>The model is that of x86-64 and of {@link io.jdax.persist.Persister}: memory is written back
 * in lines of 64 bytes. What was flushed, copied or filled is on the media when the same thread's
 * drain has returned. Any other line may be there too, at any time, since caches evict as they
 * like. Aligned words of 8 bytes are never torn; lines are.
 */
@NullMarked
package io.jdax.testing;

import org.jspecify.annotations.NullMarked;
