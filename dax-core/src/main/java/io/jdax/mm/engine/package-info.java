/**
 * The DAX engine: sparse files mapped by page frame, without an object, count or list per frame.
 *
 * <pre>
 *   accessor (PlainAccess, OrderedAccess, BulkAccess)    hot: Generation -> PageTable -> frame, no lock, no allocation
 *      | miss
 *   Faults            load: show the frame, or the zero segment; allocates no storage
 *      |              store: BlockMapper.mkwrite, then ZERO -> block in every mapping, then writable here
 *   Entries           per file page: pfn and bits, off heap; LOCKED is the page's lock; 2 MiB entries
 *   MappingTree       i_mmap: from a file range to the mappings that overlap it; all the rmap there is
 *   MappedPages       what one mapping shows, changed under its lock
 *   MappingMemory     who may look at a mapping's table, marks and private frames, and when they are given back
 *      |
 *   Quarantine        frames taken away, given back when the Epoch is closed in which a thread may still reach them
 *   Writeback         dirty bytes -> cache-line flushes; never waits for a reader or a storing thread
 *   Pins              ranges that truncate and punch must wait for
 *   UnfinishedCloses  ends of mappings and pins that an error broke off, for whoever comes next
 *
 *   FrameShortage, WritebackErrors   what a file system with frames in DRAM throws and remembers
 * </pre>
 *
 * <p><b>Words.</b> pfn: number of a 4 KiB frame from the start of the region. A {@link
 * io.jdax.mm.engine.FrameSpace} puts the zero frames and private DRAM behind the region's own, so
 * that one addition leads to any frame. Mapping: one view of a file. Entry: what the address space
 * remembers about a file page; an untouched page has none.
 *
 * <p><b>Taking away without locking readers.</b> A {@link io.jdax.mm.engine.PageTable} is changed
 * in place, also to take a translation away. A racing access may still hold the old translation,
 * but it has read it through a {@link io.jdax.mm.engine.Generation}, which ties the table to the
 * view of one {@link io.jdax.mm.engine.Epoch}. The frame stays in quarantine until that view is
 * closed, and an access through a closed view throws, reads the next generation, and repeats. A
 * generation of a later epoch is made after the translation was cleared, under the same lock, and
 * its final fields carry that to whoever reads it. So no copy of the table is needed, and revoking
 * costs as much for a terabyte as for a page.
 *
 * <p><b>Lifetimes.</b> A mapping's memory is open, closed, unreachable, given back, in this order,
 * and {@link io.jdax.mm.engine.MappingMemory} is the one that knows. A walk of the reverse map sees
 * the tree as it was and may come to a mapping long after its close: it is told that nothing is
 * open, or holds the memory while it looks. Revoking is dropping translations and turning the epoch
 * over: closing a mapping, {@link io.jdax.mm.engine.AddressSpace#setReadOnly} and {@link
 * io.jdax.mm.engine.AddressSpace#revoke} do it, since a compiled loop asks nothing until its epoch
 * ends.
 *
 * <p><b>Locks</b>, in this order: invalidate lock (shared: fault, mkwrite, writeback; exclusive:
 * truncate, punch), entry lock, mapping lock. The quarantine's worker takes mapping locks only.
 * docs/locks.md has all of them, with the call path of each edge.
 */
@NullMarked
package io.jdax.mm.engine;

import org.jspecify.annotations.NullMarked;
