package io.jdax.block;

import io.jdax.os.AccessFault;
import io.jdax.os.WordStores;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Moves bytes between callers and a region, in ascending order. When the media fails on the way it
 * goes over the same bytes again sector by sector, so that everything before the failing sector is
 * complete, and the error names that sector. A bulk copy tells neither.
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

  /** Fills {@code dst} from {@code offset} on. Returns the offset after the last byte. */
  long read(long offset, MemorySegment dst) throws IOException {
    AccessFault.deliver();
    long length = dst.byteSize();
    for (long done = 0; done < length; done += CHUNK_BYTES) {
      long part = Math.min(CHUNK_BYTES, length - done);
      try {
        WordStores.load(media, offset + done, dst, done, part);
        AccessFault.deliver();
      } catch (InternalError e) {
        readBySector(offset + done, dst, done, part);
      }
    }
    return offset + length;
  }

  private void readBySector(long offset, MemorySegment dst, long dstOffset, long length)
      throws MediaErrorException {
    for (long done = 0; done < length; ) {
      long part = restOfSector(offset + done, length - done);
      try {
        WordStores.load(media, offset + done, dst, dstOffset + done, part);
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
      writeNoDrain(offset, src);
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

  /**
   * Writes one source, durable after the persister's drain. Returns the offset after the last byte.
   */
  long writeNoDrain(long offset, MemorySegment src) throws IOException {
    long length = src.byteSize();
    for (long done = 0; done < length; done += CHUNK_BYTES) {
      long part = Math.min(CHUNK_BYTES, length - done);
      try {
        persister.copyNoDrain(offset + done, src, done, part);
      } catch (MediaErrorException e) {
        writeBySector(offset + done, src, done, part);
      }
    }
    return offset + length;
  }

  /**
   * Writes several sources, durable on return by one flush after all of them. Where a flush is a
   * system call per page, one flush per source would cost more than the copies.
   */
  void writePaged(long offset, MemorySegment[] srcs) throws IOException {
    AccessFault.deliver();
    long at = offset;
    for (MemorySegment src : srcs) {
      long length = src.byteSize();
      try {
        WordStores.copy(src, 0, media, at, length);
        AccessFault.deliver();
      } catch (InternalError e) {
        persister.persist(offset, at - offset);
        writeBySector(at, src, 0, length);
      }
      at += length;
    }
    persister.persist(offset, at - offset);
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
