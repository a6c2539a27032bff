package io.jdax.block;

import io.jdax.os.AccessFault;
import io.jdax.os.WordStores;
import io.jdax.persist.Persister;
import io.jdax.persist.SourceFaultException;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import io.jdax.region.StoreGranularity;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Moves bytes between callers and a region, in ascending order. When the media fails on the way it
 * goes over the same bytes again sector by sector, so that everything before the failing sector is
 * complete, and the error names that sector. A bulk copy tells neither.
 *
 * <p>Aligned words of 8 bytes of the media are loaded whole and stored whole, wherever callers'
 * buffers begin and end. A word that lies in two or more of them is put together in DRAM.
 *
 * <p>If a read fails at the caller's own mapped memory, that is reported as a failure of the
 * sector, since the JVM doesn't say which of the two it was. A write knows the difference (see
 * {@link Persister#copyNoDrain}).
 */
final class SectorTransfer {
  /**
   * The largest piece moved at once, so that safepoints, closes, and the search for a failing
   * sector stay short.
   */
  private static final long CHUNK_BYTES = 1 << 20;

  private final Region region;
  private final Persister persister;
  private final MemorySegment media;
  private final int sectorSize;

  SectorTransfer(Region region, Persister persister, int sectorSize) {
    this.region = region;
    this.persister = persister;
    this.media = region.segment();
    this.sectorSize = sectorSize;
  }

  /** Fills {@code dst} from {@code offset} on. */
  void read(long offset, MemorySegment dst) throws IOException {
    read(offset, dst, 0, dst.byteSize());
  }

  private void read(long offset, MemorySegment dst, long dstOffset, long length)
      throws IOException {
    AccessFault.deliver();
    for (long done = 0; done < length; done += CHUNK_BYTES) {
      long part = Math.min(CHUNK_BYTES, length - done);
      try {
        WordStores.loadWords(media, offset + done, dst, dstOffset + done, part);
        AccessFault.deliver();
      } catch (InternalError e) {
        readBySector(offset + done, dst, dstOffset + done, part);
      }
    }
  }

  /** Fills several destinations, which together are whole sectors, from {@code offset} on. */
  void read(long offset, MemorySegment[] dsts) throws IOException {
    long at = offset;
    MemorySegment word = MemorySegment.NULL;
    int left = 0; // bytes at the end of the word that the next destination takes
    for (MemorySegment dst : dsts) {
      long length = dst.byteSize();
      long done = Math.min(left, length);
      handOut(word, Long.BYTES - left, dst, 0, done, at);
      left -= (int) done;
      long whole = length - done & -Long.BYTES;
      read(at, dst, done, whole);
      at += whole;
      done += whole;
      if (done < length) {
        word = MemorySegment.ofArray(new long[1]);
        read(at, word, 0, Long.BYTES);
        at += Long.BYTES;
        handOut(word, 0, dst, done, length - done, at);
        left = Long.BYTES - (int) (length - done);
      }
    }
  }

  /** Gives bytes of a word, which ends at {@code end} of the region, to a destination. */
  private void handOut(
      MemorySegment word, long from, MemorySegment dst, long dstOffset, long length, long end)
      throws MediaErrorException {
    if (length > 0) {
      try {
        WordStores.load(word, from, dst, dstOffset, length);
        AccessFault.deliver();
      } catch (InternalError e) {
        long begin = end - Long.BYTES + from;
        throw failure("read", begin, region.mediaError(begin, length, e));
      }
    }
  }

  private void readBySector(long offset, MemorySegment dst, long dstOffset, long length)
      throws MediaErrorException {
    for (long done = 0; done < length; ) {
      long part = restOfSector(offset + done, length - done);
      try {
        WordStores.loadWords(media, offset + done, dst, dstOffset + done, part);
        AccessFault.deliver();
      } catch (InternalError e) {
        throw failure("read", offset + done, region.mediaError(offset + done, part, e));
      }
      done += part;
    }
  }

  /** Writes one source, durable on return. */
  void write(long offset, MemorySegment src) throws IOException {
    if (src.byteSize() > CHUNK_BYTES) {
      writeNoDrain(offset, src, 0, src.byteSize());
      persister.drain();
      return;
    }
    try {
      persister.copyPersist(offset, src, 0, src.byteSize());
    } catch (MediaErrorException e) {
      writeBySector(offset, src, 0, src.byteSize());
      persister.drain();
    }
  }

  private void writeNoDrain(long offset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    for (long done = 0; done < length; done += CHUNK_BYTES) {
      long part = Math.min(CHUNK_BYTES, length - done);
      try {
        persister.copyNoDrain(offset + done, src, srcOffset + done, part);
      } catch (MediaErrorException e) {
        writeBySector(offset + done, src, srcOffset + done, part);
      }
    }
  }

  /**
   * Writes several sources, which together are whole sectors, durable on return. Where a flush is a
   * system call per page, one flush per source would cost more than the copies, so there is one
   * after all of them.
   */
  void write(long offset, MemorySegment[] srcs) throws IOException {
    AccessFault.deliver();
    boolean paged = region.granularity() == StoreGranularity.PAGE;
    long at = offset;
    MemorySegment word = MemorySegment.NULL;
    int filled = 0; // bytes at the start of the word that sources have given so far
    for (MemorySegment src : srcs) {
      long length = src.byteSize();
      long done = 0;
      if (filled > 0) {
        done = Math.min(Long.BYTES - filled, length);
        collect(src, 0, word, filled, done, at);
        filled += (int) done;
        if (filled == Long.BYTES) {
          store(offset, at, word, 0, Long.BYTES, paged);
          at += Long.BYTES;
          filled = 0;
        }
      }
      long whole = length - done & -Long.BYTES;
      store(offset, at, src, done, whole, paged);
      at += whole;
      done += whole;
      if (done < length) {
        word = MemorySegment.ofArray(new long[1]);
        filled = (int) (length - done);
        collect(src, done, word, 0, filled, at);
      }
    }
    if (paged) {
      persister.persist(offset, at - offset);
    } else {
      persister.drain();
    }
  }

  /** Takes bytes of the word at {@code at} of the region from a source. */
  private void collect(
      MemorySegment src, long srcOffset, MemorySegment word, long to, long length, long at)
      throws SourceFaultException {
    try {
      WordStores.load(src, srcOffset, word, to, length);
      AccessFault.deliver();
    } catch (InternalError e) {
      throw new SourceFaultException(region.name(), at, Long.BYTES, srcOffset, e);
    }
  }

  /** Stores whole words of a write that began at {@code start}. */
  private void store(
      long start, long at, MemorySegment src, long srcOffset, long length, boolean paged)
      throws IOException {
    if (!paged) {
      writeNoDrain(at, src, srcOffset, length);
      return;
    }
    AccessFault.deliver();
    try {
      WordStores.copy(src, srcOffset, media, at, length);
      AccessFault.deliver();
    } catch (InternalError e) {
      persister.persist(start, at - start);
      writeBySector(at, src, srcOffset, length);
    }
  }

  private void writeBySector(long offset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    for (long done = 0; done < length; ) {
      long part = restOfSector(offset + done, length - done);
      try {
        persister.copyNoDrain(offset + done, src, srcOffset + done, part);
      } catch (MediaErrorException e) {
        persister.drain(); // the sectors before the failing one
        throw failure("written", offset + done, e);
      }
      done += part;
    }
  }

  /** Writes zeros, durable after the persister's drain. */
  void zeroNoDrain(long offset, long length) throws IOException {
    for (long done = 0; done < length; done += CHUNK_BYTES) {
      long part = Math.min(CHUNK_BYTES, length - done);
      try {
        persister.fillNoDrain(offset + done, part, (byte) 0);
      } catch (MediaErrorException e) {
        zeroBySector(offset + done, part);
      }
    }
  }

  private void zeroBySector(long offset, long length) throws IOException {
    for (long done = 0; done < length; done += sectorSize) {
      try {
        persister.fillNoDrain(offset + done, sectorSize, (byte) 0);
      } catch (MediaErrorException e) {
        persister.drain();
        throw failure("zeroed", offset + done, e);
      }
    }
  }

  /** How much of the sector is left from an offset on, since a source may begin inside of one. */
  private long restOfSector(long offset, long length) {
    return Math.min(sectorSize - (offset & (sectorSize - 1)), length);
  }

  private MediaErrorException failure(String verb, long offset, MediaErrorException cause) {
    long sector = offset / sectorSize;
    return new MediaErrorException(
        region.name(),
        sector * sectorSize,
        sectorSize,
        "sectors [" + sector + ", +1) can't be " + verb + ": " + reason(cause),
        cause);
  }

  /**
   * The region's own sentence, without the name and the range, which the new exception adds again.
   */
  private static String reason(MediaErrorException cause) {
    String message = String.valueOf(cause.getMessage());
    int sentence = message.indexOf("): ");
    return sentence < 0 ? message : message.substring(sentence + 3);
  }
}
