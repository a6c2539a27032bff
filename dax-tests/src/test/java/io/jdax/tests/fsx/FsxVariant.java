package io.jdax.tests.fsx;

import static io.jdax.fs.facts.TierMode.AUTO;
import static io.jdax.fs.facts.TierMode.DIRECT;
import static io.jdax.tests.fsx.FsxSetup.inMemory;
import static io.jdax.tests.fsx.FsxSetup.on;

import io.jdax.fs.facts.TierMode;
import io.jdax.tests.fsx.FsxMedium.Kind;

/** What the exerciser runs on, and how. */
enum FsxVariant {
  MEMFD(60_000, inMemory()),
  SHM(40_000, on(Kind.SHM)),
  FILE(4_000, on(Kind.FILE).deviceKib(4 << 10)),
  /** Around 2 MiB boundaries, with 2 MiB translations. */
  HUGE(20_000, inMemory().deviceKib(32 << 10).fileKib(6 << 10).around(2 << 20)),
  TIGHT(40_000, inMemory().deviceKib(512).tight()),
  /** They share 2 MiB translations. */
  SHARED(40_000, inMemory().deviceKib(16 << 10).fileKib(640).sharedBy(4)),
  /** Freed blocks become the others'. */
  OWN(40_000, on(Kind.SHM).deviceKib(12 << 10).fileKib(512).threads(4)),
  OWN_TIGHT(20_000, inMemory().deviceKib(768).fileKib(512).threads(4).tight()),

  /** Through the DRAM tier, with room for everything. */
  CACHED(30_000, inMemory().tier(TierMode.CACHED, 1024)),
  /** With room for a quarter of the file: pages come and go. */
  EVICTED(20_000, inMemory().tier(TierMode.CACHED, 64)),
  /** Delayed blocks where there are not enough. */
  CACHED_TIGHT(20_000, inMemory().deviceKib(512).tight().tier(TierMode.CACHED, 64)),
  /** Pages that the others evict. */
  CACHED_SHARED(
      20_000, inMemory().deviceKib(16 << 10).fileKib(640).sharedBy(4).tier(TierMode.CACHED, 128)),
  CACHED_OWN_TIGHT(
      20_000, inMemory().deviceKib(768).fileKib(512).threads(4).tight().tier(TierMode.CACHED, 128)),
  /** The media decide; writebacks are so long that threads share them. */
  AUTO_LONG(
      8_000,
      inMemory().deviceKib(48 << 10).fileKib(9 << 10).around(2 << 20).slowMedia().tier(AUTO, 8192)),

  /** Pages in one piece in place, others in DRAM. */
  BLOCKS_1K(20_000, inMemory().blocksOf(1024).tier(DIRECT, 1024)),
  /** Frames for less than what does not lie together. */
  BLOCKS_512(20_000, inMemory().fileKib(512).blocksOf(512).tier(DIRECT, 32)),
  BLOCKS_2K_CACHED(15_000, inMemory().blocksOf(2048).tier(TierMode.CACHED, 96)),
  BLOCKS_1K_AUTO(
      10_000, inMemory().fileKib(512).threads(2).blocksOf(1024).slowMedia().tier(AUTO, 96)),
  /** Frames of a device that is too small are divided among pages. */
  BLOCKS_1K_TIGHT(20_000, inMemory().deviceKib(512).tight().blocksOf(1024).tier(DIRECT, 96)),
  BLOCKS_1K_SHARED(
      20_000,
      inMemory().deviceKib(16 << 10).fileKib(640).sharedBy(4).blocksOf(1024).tier(DIRECT, 128)),
  /** Files of several threads share frames. */
  BLOCKS_512_OWN_TIGHT(
      20_000,
      inMemory().deviceKib(768).fileKib(512).threads(4).tight().blocksOf(512).tier(DIRECT, 128)),
  BLOCKS_512_CACHED_OWN_TIGHT(
      10_000,
      inMemory()
          .deviceKib(768)
          .fileKib(512)
          .threads(4)
          .tight()
          .blocksOf(512)
          .tier(TierMode.CACHED, 128)),

  /** A device that gives no direct access to its sectors of 512 bytes. */
  SECTORS(20_000, on(Kind.SECTORS).fileKib(512).threads(2).tier(TierMode.CACHED, 96));

  /** As many as a test run has time for. */
  final int operations;

  @SuppressWarnings("ImmutableEnumChecker") // nobody changes it after it was made
  final FsxSetup setup;

  FsxVariant(int operations, FsxSetup setup) {
    this.operations = operations;
    this.setup = setup;
  }
}
