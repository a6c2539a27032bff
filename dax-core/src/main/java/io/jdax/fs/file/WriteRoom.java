package io.jdax.fs.file;

/**
 * Where one write() in place gets its blocks from, and the room for their records. It is the
 * write's alone: stores to the same file have promises of their own.
 *
 * <pre>
 *   {@link CountedRoom}   blocks by number, and the records that they want at worst, whatever stores do to the
 *                         range meanwhile
 *   {@link ExactRoom}     on a device that is nearly full: the blocks are taken at once, so that it is known how
 *                         many extents they are; nobody else may change the range
 * </pre>
 */
interface WriteRoom extends AutoCloseable {
  /** Whether the blocks are taken, so that no others are wanted. */
  boolean isExact();

  /** Takes at least one and at most {@code wanted} blocks for a hole. */
  void take(long page, long wanted, long goal);

  /** The first block that {@link #take} took. */
  long block();

  /** How many it took. */
  long count();

  /** See {@link Reservation#spend}. */
  void spend(long wanted);

  /** Gives up what was not taken. */
  @Override
  void close();
}
