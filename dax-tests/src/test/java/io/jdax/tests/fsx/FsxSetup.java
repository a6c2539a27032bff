package io.jdax.tests.fsx;

import io.jdax.fs.facts.TierMode;

/**
 * What a variant runs on: one thread with a file of 1 MiB at most that is loaded and stored where
 * it lies, on a memfd of 8 MiB with blocks of 4 KiB, but for what else is said.
 */
final class FsxSetup {
  FsxMedium.Kind medium = FsxMedium.Kind.MEMFD;
  long deviceBytes = 8 << 20;
  int limit = 1 << 20;
  int boundary = FsxModel.PAGE;
  int threads = 1;
  boolean oneFile;
  boolean tight;
  int frames;
  TierMode tier = TierMode.DIRECT;
  int blockBytes = FsxModel.PAGE;
  boolean slow;

  static FsxSetup on(FsxMedium.Kind medium) {
    FsxSetup setup = new FsxSetup();
    setup.medium = medium;
    return setup;
  }

  static FsxSetup inMemory() {
    return on(FsxMedium.Kind.MEMFD);
  }

  FsxSetup deviceKib(int kib) {
    deviceBytes = (long) kib << 10;
    return this;
  }

  /** What a worker's file, or part of a file, may become. */
  FsxSetup fileKib(int kib) {
    limit = kib << 10;
    return this;
  }

  /** What the operations cluster around. */
  FsxSetup around(int bytes) {
    boundary = bytes;
    return this;
  }

  /** Threads with a file each. */
  FsxSetup threads(int count) {
    threads = count;
    return this;
  }

  /** Threads on disjoint page ranges of one file. */
  FsxSetup sharedBy(int count) {
    oneFile = true;
    return threads(count);
  }

  /** Space runs out: NoSpace, which must have changed nothing. */
  FsxSetup tight() {
    tight = true;
    return this;
  }

  /** There is a DRAM tier, which files use as the mode says. */
  FsxSetup tier(TierMode mode, int count) {
    tier = mode;
    frames = count;
    return this;
  }

  FsxSetup blocksOf(int bytes) {
    blockBytes = bytes;
    return this;
  }

  /** The media say of themselves that they are slow to write. */
  FsxSetup slowMedia() {
    slow = true;
    return this;
  }
}
