package io.jdax.block;

import io.jdax.region.Region;
import java.io.IOException;

/**
 * Makes bad bytes of a region usable again, by whatever interface the kernel has for that. The
 * device calls it before it copies new contents in, and forgets that the bytes were bad only when
 * the contents are durable (drivers/nvdimm/pmem.c, pmem_recovery_write). Until then reads are
 * refused.
 */
public interface BadBlockClearer {
  /** Offsets and lengths of a clearing are multiples of this, a power of two from 512 on. */
  int unitBytes();

  /**
   * Makes a range readable, with undefined contents, also where it was good before. One thread at a
   * time calls, and no other request is under way.
   *
   * @param offset first byte, from the start of the region
   * @param length in bytes
   * @throws IOException the bytes are still bad, or can't be cleared here; the message says why.
   *     Good ones may have been changed
   */
  void clear(long offset, long length) throws IOException;

  /** The clearer that fits a region. */
  static BadBlockClearer of(Region region) {
    return switch (region.kind()) {
      case FSDAX, FILE -> new BadBlockClearerFile(region);
      case DEVDAX ->
          new BadBlockClearerNone(
              "a device-dax has no write(2); clear it with ndctl clear-errors while it is closed");
      case EMULATED, ANONYMOUS -> new BadBlockClearerNone("memory has no bad blocks");
    };
  }
}
