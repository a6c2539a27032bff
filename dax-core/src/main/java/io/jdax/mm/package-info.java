/**
 * What users hold of the DAX engine; the engine itself is {@code io.jdax.mm.engine}.
 *
 * <pre>
 *   DaxMapping               one view of a file, whose bytes are loaded and stored where they lie
 *     Sharing, HolePolicy    how it is mapped: what stores reach, what holes show
 *     MappingStatistics      what it has done
 *   Pin                      frames of a file that stay where they are, as plain memory
 *     PinAccess              what for
 *   AddressSpaceStatistics   what all mappings and pins of a file have done
 *   QuarantineStatistics     what waits until no thread can reach it any more
 *   ExtentState              hole, unwritten or written
 *
 *   FilePageException        an access to a page of a file failed:
 *     BeyondEndException       it lies beyond the end of the file
 *     HoleException            it is a hole, and the mapping shows none
 *     NotInPlaceException      it goes through DRAM, so that no mapping can be SYNC
 *     PinnedException          it is pinned, and can't be taken away
 *     PrivateMemoryException   no DRAM is left for a private copy of it
 *     ReadOnlyMappingException it can't be stored to
 *   FramesExhaustedException no frame of the DRAM tier can be freed
 *   TableSpaceException      no addresses are left for the page table of a mapping
 *   WritebackException       pages could not be written back in the background
 * </pre>
 */
@NullMarked
package io.jdax.mm;

import org.jspecify.annotations.NullMarked;
