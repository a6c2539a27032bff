package io.jdax.block;

import io.jdax.region.Region;
import java.io.IOException;

/**
 * Makes bad bytes of a region usable again, by whatever interface the kernel has for it. The device
 * calls it before it copies new contents in, and forgets that the bytes were bad only when those
 * are durable (drivers/nvdimm/pmem.c, pmem_recovery_write): until then readers stay out.
 */
public interface BadBlockClearer {
  /** What a clearing must be whole in, and aligned to: a power of two, at least 512. */
  int unitBytes();

  /**
   * Makes [offset, offset + length) readable; what it contains is undefined. One thread at a time.
   *
   * @throws IOException they are still bad, or can't be cleared here; the message says why
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
