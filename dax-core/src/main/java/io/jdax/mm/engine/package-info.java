/**
 * The DAX engine: sparse files mapped by page frame, without an object, count or list per frame.
 *
 * <pre>
 *   AddressSpace             one open file as memory; what a file system calls
 *     MappedFile               the file, as all parts of its address space see it
 *     Mappings                 makes the mappings, and ends them
 *     RetiredMappings          closed ones through which a thread may still store
 *     ExtentSearch, Totals     SEEK_DATA and SEEK_HOLE; sums of statistics, with Counters
 *   BlockMapper              what the file system answers: extents, new blocks
 *     Intent, PageRun          why it is asked; a run of pages in one state
 *     FrameShortage            thrown by a file system that has no frame in DRAM left
 *     WritebackErrors          errors of writebacks in the background, told once to each that asks
 *
 *   FileMapping              a mapping, as its user holds it; its accessors are its base classes
 *     PlainAccess              hot: Generation, PageTable, frame; no lock, no allocation
 *     OrderedAccess            ordered accesses and compare-and-set
 *     BulkAccess               copies and fills
 *   MappedArea               a mapping, as the engine sees it
 *     MappingFacts             which pages of the file, and how
 *     MappedPages              what it shows, changed under its lock; PrivateCopy, what it is to show
 *     MappingMemory            decides who may look at its table, marks and copies
 *   MappingTree              the mappings of a file by range (i_mmap): all the reverse map there is
 *
 *   PageTable                the translations of a mapping
 *     Directory, Run           a part of it; frames in a row at its beginning
 *     Generation               what an access needs of it, and the view that it leads into
 *     TableCheck               compares the copies of one truth that it keeps
 *     TablePool                where tables lie: AddressPool, AddressRanges, AddressRange
 *
 *   Faults                   load: shows the frame, or the zero segment; allocates no storage
 *                            store: BlockMapper.mkwrite, zeros replaced in every mapping, then writable here
 *   Entries                  per page of the file: frame and bits, off the heap, in Chunks
 *     Entry                    the word; LOCKED in it is the page's lock; entries of 2 MiB
 *   InvalidateLock           keeps the blocks of a file where they are
 *     Invalidation             a range that is taken away from mappings
 *
 *   Writeback                dirty pages are flushed; waits for no reader and no storing thread
 *     DirtyBytes               a byte per page and mapping
 *     DirtyEntries             what closed mappings and pins have left
 *   Pins                     make ranges that truncate and punch must wait for: FilePin, with PinMemory, in OpenPins
 *
 *   FrameSpace               the frames of a region, zeros and private frames, in one range of addresses
 *     Epoch                    the view of them, until no thread reaches what was taken away
 *     EpochFollower            what must move to the next one
 *     ClosingInterrupts        takes back the interrupts that closing one causes
 *     Quarantine               frames that were taken away; FrameSink, who gets them back
 *     PrivateFrames            DRAM for private copies
 *     FrameHold                keeps the region open
 *   UnfinishedCloses         ends of mappings and pins that an error broke off, each a Closing
 *
 *   AllMemory, MappedPieces  all addresses as one segment; what is unmapped when it is unreachable
 *   Poison                   finds changes of memory that was given back, while assertions are on
 *   FaultEvent, InvalidationEvent, MkwriteEvent, QuarantineWaitEvent, WritebackEvent   for JFR
 * </pre>
 *
 * <p><b>Words.</b> pfn: number of a frame of 4 KiB, counted from the start of the region. A {@link
 * io.jdax.mm.engine.FrameSpace} puts the zero frames and private DRAM after the region's own, so
 * that one addition leads to any frame. Mapping: one view of a file. Entry: what the address space
 * remembers about a page of the file; an untouched page has none. Mark: a dirty byte that is not 0,
 * or DIRTY in an entry.
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
 * <p><b>Lifetimes.</b> A mapping's memory is open, closed, unreachable and given back, in this
 * order, and {@link io.jdax.mm.engine.MappingMemory} is the one that knows. A walk of the reverse
 * map sees the tree as it was, and may come to a mapping long after its close. It is then told that
 * nothing is open, or holds the memory while it looks. Revoking is dropping translations and
 * turning the epoch over. Closing a mapping, {@link io.jdax.mm.engine.AddressSpace#setReadOnly} and
 * {@link io.jdax.mm.engine.AddressSpace#revoke} do it, since a compiled loop asks nothing until its
 * epoch ends.
 *
 * <p><b>Locks</b>, in this order: invalidate lock (shared: fault, mkwrite, writeback; exclusive:
 * truncate, punch), entry lock, mapping lock. The quarantine's worker takes mapping locks only.
 * docs/locks.md has all of them, with the call path of each edge.
 */
@NullMarked
package io.jdax.mm.engine;

import org.jspecify.annotations.NullMarked;
