package io.jdax.bench.bed;

import io.jdax.fs.facts.FileExtent;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file that the access and file groups work on, all of it written, with a mapping of all of it;
 * and the same memory without a file system: the longest run of frames that belongs to it (or to
 * the file that it is interleaved with), as a plain segment.
 */
public final class LargeFile implements AutoCloseable {
  private static final long PMD = 2L << 20;

  final Layout layout;
  public final ScratchFile scratch;
  final DaxMapping mapping;

  /** A power of two. */
  public final long sizeBytes;

  /** In the region: where {@link #bare} begins. */
  final long bareOffset;

  /** A power of two, the size of the file or as much of it as lies in one run. */
  final MemorySegment bare;

  /** Where each of the file's pages begins in the region. */
  final long[] pages;

  private final @Nullable ScratchFile neighbour;

  private LargeFile(
      FileBed bed, Layout layout, ScratchFile scratch, @Nullable ScratchFile neighbour, long size)
      throws IOException {
    this.layout = layout;
    this.scratch = scratch;
    this.neighbour = neighbour;
    this.sizeBytes = size;
    List<FileExtent> extents = new ArrayList<>(scratch.file.extents());
    if (neighbour != null) {
      extents.addAll(neighbour.file.extents());
    }
    Run longest = longest(extents);
    this.bareOffset = longest.from;
    this.bare =
        bed.region
            .segment()
            .asSlice(longest.from, Math.min(size, Long.highestOneBit(longest.to - longest.from)));
    this.pages = new long[(int) (size >>> 12)];
    for (FileExtent extent : scratch.file.extents()) {
      for (long at = 0; at < extent.length(); at += 4096) {
        pages[(int) (extent.offset() + at >>> 12)] = (extent.pfn() << 12) + at;
      }
    }
    this.mapping = scratch.file.map(0, size);
    mapping.populate(0, size, true); // faults have their own group
  }

  static LargeFile write(FileBed bed, Layout layout, long size) throws IOException {
    ScratchFile file = ScratchFile.create(bed);
    ScratchFile neighbour = null;
    if (layout == Layout.EXTENTS) {
      file.file.setExtentSizeHint(PMD);
      file.file.allocate(0, size, false);
      file.fill(0, size);
    } else {
      neighbour = ScratchFile.create(bed);
      file.fillInTurns(neighbour, size);
    }
    file.file.fsync();
    return new LargeFile(bed, layout, file, neighbour, size);
  }

  private record Run(long from, long to) {}

  private static Run longest(List<FileExtent> extents) {
    Run longest = new Run(0, 0);
    Run run = longest;
    for (FileExtent extent :
        extents.stream().sorted(Comparator.comparingLong(FileExtent::pfn)).toList()) {
      long from = extent.pfn() << 12;
      run = new Run(from == run.to ? run.from : from, from + extent.length());
      longest = run.to - run.from > longest.to - longest.from ? run : longest;
    }
    return longest;
  }

  @Override
  public void close() throws IOException {
    mapping.close();
    scratch.close();
    if (neighbour != null) {
      neighbour.close();
    }
  }
}
