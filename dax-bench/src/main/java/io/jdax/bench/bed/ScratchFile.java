package io.jdax.bench.bed;

import io.jdax.fs.DaxFile;
import io.jdax.fs.facts.FilePages;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A file that is made for a measurement and gone after it. */
public final class ScratchFile implements AutoCloseable {
  private static final int CHUNK = 2 << 20;
  private static final MemorySegment CONTENT = content();

  public final DaxFile file;
  private final FileBed bed;
  private final String path;

  private ScratchFile(FileBed bed, String path, DaxFile file) {
    this.bed = bed;
    this.path = path;
    this.file = file;
  }

  /**
   * Makes one.
   *
   * @param modes more than that it can be read and written
   */
  public static ScratchFile create(FileBed bed, OpenMode... modes) throws IOException {
    String path = bed.newPath();
    List<OpenMode> all = new ArrayList<>(List.of(modes));
    all.addAll(List.of(OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE_NEW));
    DaxFile file = bed.fileSystem.open(path, all.toArray(OpenMode[]::new));
    return new ScratchFile(bed, path, file);
  }

  /** Writes a range whose ends are multiples of 4096. */
  public void fill(long offset, long length) throws IOException {
    for (long at = 0; at < length; at += CHUNK) {
      file.write(offset + at, CONTENT.asSlice(0, Math.min(CHUNK, length - at)));
    }
  }

  /** Writes page by page, by turns with another file, so that neither has two pages in a row. */
  void fillInTurns(ScratchFile other, long length) throws IOException {
    writeInTurns(other, length);
    requirePieces(length);
  }

  /**
   * As {@link #fillInTurns}, by stores to mappings: where blocks are smaller than pages, a write
   * would leave it to the next fsync where they lie.
   */
  void storeInTurns(ScratchFile other, long length) throws IOException {
    file.truncate(length);
    other.file.truncate(length);
    try (DaxMapping mine = file.map(0, length);
        DaxMapping others = other.file.map(0, length)) {
      for (long at = 0; at < length; at += FileBed.PAGE) {
        mine.putLong(at, at);
        others.putLong(at, at);
      }
    }
    requirePieces(length);
  }

  private void requirePieces(long length) throws IOException {
    long pages = length / FileBed.PAGE;
    int extents = file.extents().size();
    if (extents < pages / 2) {
      throw new IOException(pages + " pages that should lie apart are " + extents + " extents");
    }
  }

  /**
   * As {@link #fillInTurns}, for files whose blocks may be given later, and then lie together. Both
   * have their length first, since a file that is appended to has storage ahead of its end.
   */
  void writeInTurns(ScratchFile other, long length) throws IOException {
    file.truncate(length);
    other.file.truncate(length);
    MemorySegment page = CONTENT.asSlice(0, FileBed.PAGE);
    for (long at = 0; at < length; at += FileBed.PAGE) {
      file.write(at, page);
      other.file.write(at, page);
    }
  }

  /** What is in DRAM goes to the media, and is used there from now on. It must not be mapped. */
  void settle() throws IOException {
    file.setTier(TierMode.CACHED);
    file.setTier(TierMode.DIRECT);
  }

  /** Complains unless every page of a length lies in one piece on the media, and is shown there. */
  void requireInPlace(long length) throws IOException {
    List<FilePages> pages = file.pages();
    long inPlace =
        pages.stream()
            .filter(p -> p.place() == FilePages.Place.IN_PLACE)
            .mapToLong(FilePages::pageCount)
            .sum();
    if (inPlace != length / FileBed.PAGE) {
      throw new IOException(
          "of "
              + length / FileBed.PAGE
              + " pages that should be in place, "
              + inPlace
              + " are; ranges: "
              + pages.size());
    }
  }

  /** Mappings of it are closed first. */
  @Override
  public void close() throws IOException {
    file.close();
    bed.fileSystem.unlink(path);
    bed.fileSystem.reclaim(); // its space is free again for the next one
  }

  private static MemorySegment content() {
    MemorySegment content = Arena.global().allocate(CHUNK, FileBed.PAGE);
    return content.fill((byte) 0x5a);
  }
}
