package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.os.Unmapper;
import java.util.Arrays;

/** Memory that was mapped piece by piece, and is unmapped when its owner has become unreachable. */
final class MappedPieces implements Runnable {
  /** Pairs: address, bytes. */
  @GuardedBy("this")
  private long[] pieces = new long[8];

  @GuardedBy("this")
  private int used;

  /** Called before a piece is mapped, so that {@link #note} allocates nothing. */
  synchronized void makeRoom() {
    if (used == pieces.length) {
      pieces = Arrays.copyOf(pieces, used * 2);
    }
  }

  /** Remembers a piece, after {@link #makeRoom}. Can't fail. */
  synchronized void note(long address, long bytes) {
    pieces[used++] = address;
    pieces[used++] = bytes;
  }

  /** Unmaps all pieces. */
  @Override
  public synchronized void run() {
    for (int i = 0; i < used; i += 2) {
      Unmapper.unmap(pieces[i], pieces[i + 1]);
    }
  }
}
