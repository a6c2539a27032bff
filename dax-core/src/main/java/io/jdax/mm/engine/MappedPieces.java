package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.os.Unmapper;
import java.util.Arrays;

/** What was mapped piece by piece, to be unmapped when its owner has become unreachable. */
final class MappedPieces implements Runnable {
  /** Pairs: address, bytes. */
  @GuardedBy("this")
  private long[] pieces = new long[8];

  @GuardedBy("this")
  private int used;

  /** Before a piece is mapped, so that none is forgotten for want of memory. */
  synchronized void makeRoom() {
    if (used == pieces.length) {
      pieces = Arrays.copyOf(pieces, used * 2);
    }
  }

  /** After {@link #makeRoom}: can't fail. */
  synchronized void note(long address, long bytes) {
    pieces[used++] = address;
    pieces[used++] = bytes;
  }

  /** Unmaps them. */
  @Override
  public synchronized void run() {
    for (int i = 0; i < used; i += 2) {
      Unmapper.unmap(pieces[i], pieces[i + 1]);
    }
  }
}
