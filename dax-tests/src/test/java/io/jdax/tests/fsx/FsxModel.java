package io.jdax.tests.fsx;

import io.jdax.os.Pages;
import java.util.Arrays;

/**
 * What a file must hold: its bytes, its size, and of each page whether it is a hole. Bytes beyond
 * the size are zeros. Threads may use it at once on disjoint pages as long as none changes the
 * size.
 */
final class FsxModel {
  static final int PAGE = Pages.BYTES;

  /** What a page must be to nextData and nextHole. Unwritten is HOLE. */
  enum Page {
    HOLE,
    DATA,
    EITHER
  }

  private final byte[] bytes;
  private final Page[] pages;
  private volatile long size;

  /** Whether blocks are smaller: what becomes of a part of a page may be all there was. */
  private final boolean parts;

  FsxModel(int limit, boolean parts) {
    this.parts = parts;
    bytes = new byte[limit];
    pages = new Page[(limit + PAGE - 1) / PAGE];
    Arrays.fill(pages, Page.HOLE);
  }

  int limit() {
    return bytes.length;
  }

  long size() {
    return size;
  }

  /** The file ends with this page, exclusively: mapped accesses reach up to here. */
  long mappableEnd() {
    return (size + PAGE - 1) / PAGE * PAGE;
  }

  Page page(long index) {
    return pages[(int) index];
  }

  byte get(long offset) {
    return bytes[(int) offset];
  }

  byte[] copy(long offset, int length) {
    return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
  }

  /** Where {@code got} is wrong first, as an offset in the file; −1 if it is right. */
  long mismatch(long offset, byte[] got, int gotOffset, int length) {
    int at =
        Arrays.mismatch(
            bytes, (int) offset, (int) offset + length, got, gotOffset, gotOffset + length);
    return at < 0 ? -1 : offset + at;
  }

  void write(long offset, byte[] src, int length) {
    System.arraycopy(src, 0, bytes, (int) offset, length);
    mark(offset, length, Page.DATA);
    if (offset + length > size) {
      size = offset + length;
    }
  }

  /** Through a mapping or a pin: what lies beyond the end is no content. */
  void store(long offset, byte[] src, int length) {
    System.arraycopy(src, 0, bytes, (int) offset, Math.clamp(size - offset, 0, length));
    mark(offset, length, Page.DATA);
  }

  void truncate(long newSize) {
    if (newSize < size) {
      Arrays.fill(bytes, (int) newSize, (int) size, (byte) 0);
      Arrays.fill(pages, (int) ((newSize + PAGE - 1) / PAGE), pages.length, Page.HOLE);
      if (parts && newSize % PAGE != 0) {
        either(newSize / PAGE, Page.DATA);
      }
    }
    size = newSize;
  }

  void grow(long newSize) {
    size = Math.max(size, newSize);
  }

  /** Whole pages become holes; what is whole up to the end of the file may. */
  void punch(long offset, long length) {
    zero(offset, length);
    for (long page = offset / PAGE; page * PAGE < offset + length; page++) {
      long end = (page + 1) * PAGE;
      if (page * PAGE >= offset && end <= offset + length) {
        pages[(int) page] = Page.HOLE;
      } else if (parts || page * PAGE >= offset && offset + length >= size) {
        either(page, Page.DATA);
      }
    }
  }

  /** Unwritten or written, as the file system likes; a page that was data in part stays data. */
  void zeroRange(long offset, long length) {
    zero(offset, length);
    for (long page = offset / PAGE; page * PAGE < offset + length; page++) {
      boolean whole =
          parts
              || page * PAGE >= offset
                  && ((page + 1) * PAGE <= offset + length || offset + length >= size);
      either(page, whole ? Page.DATA : Page.HOLE);
      either(page, Page.HOLE);
    }
  }

  /** Pages may have got blocks, although the operation failed. */
  void maybeAllocated(long offset, long length) {
    for (long page = offset / PAGE; page < pages.length && page * PAGE < offset + length; page++) {
      either(page, Page.HOLE);
    }
  }

  void mark(long offset, long length, Page state) {
    for (long page = offset / PAGE; page * PAGE < offset + length; page++) {
      pages[(int) page] = state;
    }
  }

  /** A page with data may be a hole. */
  void maybeHole(int page) {
    if (page < pages.length) {
      either(page, Page.DATA);
    }
  }

  /** The file holds these bytes, and nothing from there on to where it may reach. */
  void adopt(long offset, byte[] src, long newSize) {
    System.arraycopy(src, 0, bytes, (int) offset, src.length);
    if (newSize < size) {
      Arrays.fill(bytes, (int) newSize, (int) size, (byte) 0);
    }
    size = newSize;
  }

  private void either(long page, Page from) {
    if (pages[(int) page] == from) {
      pages[(int) page] = Page.EITHER;
    }
  }

  private void zero(long offset, long length) {
    long end = Math.min(offset + length, bytes.length);
    if (offset < end) {
      Arrays.fill(bytes, (int) offset, (int) end, (byte) 0);
    }
  }
}
