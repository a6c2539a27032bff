package io.jdax.tests.fsx;

/** What the exerciser runs on, and how. */
enum FsxVariant {
  MEMFD(FsxMedium.Kind.MEMFD, 8 << 20, 1 << 20, FsxModel.PAGE, 1, false, false, 60_000),
  SHM(FsxMedium.Kind.SHM, 8 << 20, 1 << 20, FsxModel.PAGE, 1, false, false, 40_000),
  FILE(FsxMedium.Kind.FILE, 4 << 20, 1 << 20, FsxModel.PAGE, 1, false, false, 4_000),
  /** Around 2 MiB boundaries, with 2 MiB translations. */
  HUGE(FsxMedium.Kind.MEMFD, 32 << 20, 6 << 20, 2 << 20, 1, false, false, 20_000),
  /** The device is smaller than the file may become: NoSpace, which must have changed nothing. */
  TIGHT(FsxMedium.Kind.MEMFD, 512 << 10, 1 << 20, FsxModel.PAGE, 1, false, true, 40_000),
  /** Threads on disjoint page ranges of one file, that share 2 MiB translations. */
  SHARED(FsxMedium.Kind.MEMFD, 16 << 20, 640 << 10, FsxModel.PAGE, 4, true, false, 40_000),
  /** Threads with a file each, whose freed blocks become the others'. */
  OWN(FsxMedium.Kind.SHM, 12 << 20, 512 << 10, FsxModel.PAGE, 4, false, false, 40_000),
  /** The same, short of space. */
  OWN_TIGHT(FsxMedium.Kind.MEMFD, 768 << 10, 512 << 10, FsxModel.PAGE, 4, false, true, 20_000),
  /** Through the DRAM tier, with room for everything. */
  CACHED(FsxMedium.Kind.MEMFD, 8 << 20, 1 << 20, FsxModel.PAGE, 1, false, false, 30_000, 1024),
  /** With room for a quarter of the file: pages come and go. */
  EVICTED(FsxMedium.Kind.MEMFD, 8 << 20, 1 << 20, FsxModel.PAGE, 1, false, false, 20_000, 64),
  /** Delayed blocks where there are not enough. */
  CACHED_TIGHT(FsxMedium.Kind.MEMFD, 512 << 10, 1 << 20, FsxModel.PAGE, 1, false, true, 20_000, 64),
  /** Threads on disjoint page ranges of one file, whose pages the others evict. */
  CACHED_SHARED(
      FsxMedium.Kind.MEMFD, 16 << 20, 640 << 10, FsxModel.PAGE, 4, true, false, 20_000, 128),
  /** Threads with a file each, short of space and frames. */
  CACHED_OWN_TIGHT(
      FsxMedium.Kind.MEMFD, 768 << 10, 512 << 10, FsxModel.PAGE, 4, false, true, 20_000, 128),
  /** Blocks of 1 KiB: pages in one piece in place, others in DRAM. */
  BLOCKS_1K(1024, true, FsxMedium.Kind.MEMFD, 8 << 20, 1 << 20, 1, false, false, 20_000, 1024),
  /** Blocks of 512 bytes, and frames for less than what does not lie together. */
  BLOCKS_512(512, true, FsxMedium.Kind.MEMFD, 8 << 20, 512 << 10, 1, false, false, 20_000, 32),
  /** Blocks of 2 KiB, all through DRAM. */
  BLOCKS_2K_CACHED(
      2048, false, FsxMedium.Kind.MEMFD, 8 << 20, 1 << 20, 1, false, false, 15_000, 96),
  /** Frames of a device that is too small are divided among pages. */
  BLOCKS_1K_TIGHT(1024, true, FsxMedium.Kind.MEMFD, 512 << 10, 1 << 20, 1, false, true, 20_000, 96),
  BLOCKS_1K_SHARED(
      1024, true, FsxMedium.Kind.MEMFD, 16 << 20, 640 << 10, 4, true, false, 20_000, 128),
  /** Files of several threads share frames. */
  BLOCKS_512_OWN_TIGHT(
      512, true, FsxMedium.Kind.MEMFD, 768 << 10, 512 << 10, 4, false, true, 20_000, 128),
  BLOCKS_512_CACHED_OWN_TIGHT(
      512, false, FsxMedium.Kind.MEMFD, 768 << 10, 512 << 10, 4, false, true, 10_000, 128),
  /** A device that gives no direct access to its sectors of 512 bytes. */
  SECTORS(FsxMedium.Kind.SECTORS, 8 << 20, 512 << 10, FsxModel.PAGE, 2, false, false, 20_000, 96);

  final FsxMedium.Kind medium;
  final long deviceBytes;

  /** Of one worker. */
  final int limit;

  /** What the operations cluster around. */
  final int boundary;

  final int threads;
  final boolean oneFile;

  /** Whether space may run out. */
  final boolean tight;

  /** As many as a test run has time for. */
  final int operations;

  /** Frames of the DRAM tier; 0: the file is loaded and stored where it lies. */
  final int frames;

  /** Bytes per block of the file system. */
  final int blockBytes;

  /**
   * Whether pages that lie in one piece are loaded and stored where they lie, though there is a
   * tier.
   */
  final boolean direct;

  FsxVariant(
      int blockBytes,
      boolean direct,
      FsxMedium.Kind medium,
      long deviceBytes,
      int limit,
      int threads,
      boolean oneFile,
      boolean tight,
      int operations,
      int frames) {
    this(
        medium,
        deviceBytes,
        limit,
        FsxModel.PAGE,
        threads,
        oneFile,
        tight,
        operations,
        frames,
        blockBytes,
        direct);
  }

  FsxVariant(
      FsxMedium.Kind medium,
      long deviceBytes,
      int limit,
      int boundary,
      int threads,
      boolean oneFile,
      boolean tight,
      int operations) {
    this(medium, deviceBytes, limit, boundary, threads, oneFile, tight, operations, 0);
  }

  FsxVariant(
      FsxMedium.Kind medium,
      long deviceBytes,
      int limit,
      int boundary,
      int threads,
      boolean oneFile,
      boolean tight,
      int operations,
      int frames) {
    this(
        medium,
        deviceBytes,
        limit,
        boundary,
        threads,
        oneFile,
        tight,
        operations,
        frames,
        FsxModel.PAGE,
        false);
  }

  FsxVariant(
      FsxMedium.Kind medium,
      long deviceBytes,
      int limit,
      int boundary,
      int threads,
      boolean oneFile,
      boolean tight,
      int operations,
      int frames,
      int blockBytes,
      boolean direct) {
    this.medium = medium;
    this.deviceBytes = deviceBytes;
    this.limit = limit;
    this.boundary = boundary;
    this.threads = threads;
    this.oneFile = oneFile;
    this.tight = tight;
    this.operations = operations;
    this.frames = frames;
    this.blockBytes = blockBytes;
    this.direct = direct;
  }
}
