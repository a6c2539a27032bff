package io.jdax.tests.crash;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** The newest superblock goes bad as well: if the other is good, so is all that it leads to. */
final class Fallback {
  private static final int SUPERBLOCK = 512;
  private static final long CRC = 8;
  private static final long CHECKED_FROM = 12;
  private static final long GENERATION = 64;

  private Fallback() {}

  static void verify(PmemBlockDevice device) throws IOException {
    MemorySegment memory = device.region().segment();
    if (isGood(memory, 0) && isGood(memory, 1)) {
      int newest = newestSlot(memory);
      device.persister().fillPersist(4096L * newest, 8, (byte) 0);
    }
    DaxFileSystem.mount(device, 1).close();
  }

  /** Of the slots that are there, that with the newer commit. */
  static int newestSlot(MemorySegment memory) {
    return generation(memory, 0) > generation(memory, 1) ? 0 : 1;
  }

  static long newestGeneration(MemorySegment memory) {
    return Math.max(generation(memory, 0), generation(memory, 1));
  }

  private static long generation(MemorySegment memory, int slot) {
    return memory.get(JAVA_LONG, 4096L * slot + GENERATION);
  }

  private static boolean isGood(MemorySegment memory, int slot) {
    byte[] bytes = memory.asSlice(4096L * slot, SUPERBLOCK).toArray(JAVA_BYTE);
    CRC32C crc = new CRC32C();
    crc.update(bytes, (int) CHECKED_FROM, SUPERBLOCK - (int) CHECKED_FROM);
    return (int) crc.getValue() == memory.get(JAVA_INT, 4096L * slot + CRC);
  }
}
