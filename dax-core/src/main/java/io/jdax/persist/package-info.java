/**
 * How bytes become durable: flush, drain, copy, fill, one implementation per hardware decision.
 *
 * <p><b>What users hold.</b> A {@link Persister}, made for one region. It throws a {@link
 * PersistException} when bytes could not be made durable, a {@link SourceFaultException} when it
 * was the caller's memory that could not be read, and a {@link LostWritebackException} from then on
 * when some may have been lost.
 *
 * <p><b>The choice.</b> {@code PersistChoice} is the one fork: it makes a {@code PersistPlan} of a
 * {@code PersistSituation} and of what the user asked for ({@link PersistOverrides}). {@code
 * MissingStubs} says when a region is slower for want of the native stubs.
 *
 * <p><b>Ways to be durable.</b> {@code CacheLinePersister} writes cache lines back, {@code
 * FencePersister} relies on caches that survive, {@code JdkSyncPersister} and {@code
 * MsyncPersister} do without stubs, and {@code ReadOnlyPersister} has nothing to do. {@code
 * DeepFlush} is the way from the persistence domain on to the media.
 *
 * <p><b>Parts of them.</b> {@code JavaStores} copies and fills by ordinary stores, {@code
 * OwnSource} is a copy within the region, and {@code FaultReport} finds the page on which one has
 * failed. {@code SynchronousPersister} is what flushes have in common that are durable on return.
 *
 * <p><b>For tests and measurements.</b> {@link RecordingPersister} knows what power loss would
 * leave; {@link SlowPersister} is as slow as it is told to be.
 */
@NullMarked
package io.jdax.persist;

import org.jspecify.annotations.NullMarked;
