package io.jdax.fs.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What can be a quota. */
class QuotaRecordTest {
  private static boolean isPossible(long project, long bytes, long inodes, long directory) {
    return new QuotaRecord(bytes, inodes, directory).isPossible(project);
  }

  @Test
  @DisplayName("The least and the greatest of each field can be, and what lies beyond them can't")
  void edges() {
    long max = Long.MAX_VALUE;
    assertTrue(isPossible(1, 0, 0, Keys.ROOT));
    assertTrue(isPossible(Integer.MAX_VALUE, max, max, Keys.MAX_INODE));
    assertFalse(isPossible(0, 0, 0, Keys.ROOT), "project 0 is none");
    assertFalse(isPossible(1L + Integer.MAX_VALUE, 0, 0, Keys.ROOT), "a project is an int");
    assertFalse(isPossible(1, -1, 0, Keys.ROOT), "bytes below 0");
    assertFalse(isPossible(1, 0, -1, Keys.ROOT), "inodes below 0");
    assertFalse(isPossible(1, 0, 0, Keys.ROOT - 1), "inode 0");
    assertFalse(isPossible(1, 0, 0, Keys.MAX_INODE + 1), "an inode that is too great");
  }

  @Test
  @DisplayName("A quota is read as it was written, wherever in its node it lies")
  void roundTrip() {
    QuotaRecord record = new QuotaRecord(1L << 40, 12, 34);
    byte[] node = new byte[100];
    System.arraycopy(record.toBytes(), 0, node, 52, QuotaRecord.BYTES);
    assertEquals(record, QuotaRecord.of(MemorySegment.ofArray(node), 52));
  }
}
