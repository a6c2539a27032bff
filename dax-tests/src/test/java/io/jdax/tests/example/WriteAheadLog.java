package io.jdax.tests.example;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A write-ahead log as an application would keep it in a region.
 *
 * <pre>
 *     0   end        bytes of records, published last: one word, never torn
 *    64   records    length (8) | checksum (8) | payload, padded to 8
 * </pre>
 *
 * <p>An append persists the record, and only then the end that shows it.
 */
class WriteAheadLog {
  private static final long END = 0;
  private static final long RECORDS = 64;
  private static final long HEADER = 16;

  private final Persister persister;
  private final MemorySegment memory;

  /** Opens the log in a region; one of zeros is an empty log. */
  WriteAheadLog(Region region, Persister persister) {
    this.persister = persister;
    this.memory = region.segment();
  }

  /** Adds a record; durable on return, and all or nothing before. */
  void append(byte[] payload) throws IOException {
    long end = memory.get(JAVA_LONG, END);
    long at = RECORDS + end;
    long length = HEADER + (payload.length + 7 & -8);
    memory.set(JAVA_LONG, at, payload.length);
    memory.set(JAVA_LONG, at + 8, checksum(payload));
    MemorySegment.copy(MemorySegment.ofArray(payload), 0, memory, at + HEADER, payload.length);
    persistRecord(persister, at, length);
    memory.set(JAVA_LONG, END, end + length);
    persister.persist(END, 8);
  }

  /** The line that a test leaves out, to see that the exploration notices. */
  void persistRecord(Persister persister, long at, long length) throws IOException {
    persister.persist(at, length);
  }

  /**
   * All records, the oldest first.
   *
   * @throws IOException a record that is shown is not whole
   */
  List<String> records() throws IOException {
    List<String> found = new ArrayList<>();
    long end = RECORDS + memory.get(JAVA_LONG, END);
    for (long at = RECORDS; at < end; ) {
      long length = memory.get(JAVA_LONG, at);
      if (length < 0 || length > end - at - HEADER) {
        throw new IOException("record at " + at + " has " + length + " bytes");
      }
      byte[] payload =
          memory.asSlice(at + HEADER, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
      if (checksum(payload) != memory.get(JAVA_LONG, at + 8)) {
        throw new IOException("record at " + at + " has a bad checksum");
      }
      found.add(new String(payload, java.nio.charset.StandardCharsets.UTF_8));
      at += HEADER + (length + 7 & -8);
    }
    return found;
  }

  private static long checksum(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.wrap(payload));
    return crc.getValue();
  }
}
