package io.jdax.tests.fsx;

import java.util.Random;

/** What the exerciser does, and how often. */
enum FsxOp {
  READ(14, false),
  WRITE(14, false),
  APPEND(4, true),
  LOAD(18, false),
  STORE(18, false),
  BULK_LOAD(5, false),
  BULK_STORE(6, false),
  TRUNCATE(4, true),
  PUNCH(4, false),
  ZERO_RANGE(3, false),
  ALLOCATE(3, false),
  PERSIST(3, false),
  FSYNC(2, false),
  SEEK(4, false),
  EXTENTS(1, false),
  MAP(3, false),
  UNMAP(2, false),
  PIN(2, false),
  PIN_ACCESS(4, false),
  UNPIN(3, false),
  REOPEN(1, false);

  private final int weight;
  private final boolean resizes;

  FsxOp(int weight, boolean resizes) {
    this.weight = weight;
    this.resizes = resizes;
  }

  /** One by weight; what changes the size only if {@code mayResize}. */
  static FsxOp pick(Random random, boolean mayResize) {
    while (true) {
      int at = random.nextInt(TOTAL);
      for (FsxOp op : ALL) {
        at -= op.weight;
        if (at < 0) {
          if (mayResize || !op.resizes) {
            return op;
          }
          break;
        }
      }
    }
  }

  private static final FsxOp[] ALL = values();
  private static final int TOTAL;

  static {
    int total = 0;
    for (FsxOp op : ALL) {
      total += op.weight;
    }
    TOTAL = total;
  }
}
