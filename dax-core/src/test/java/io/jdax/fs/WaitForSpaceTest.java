package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.volume.Patience;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.engine.InvalidateLock;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests for space that somebody is about to give up. */
@Timeout(60)
class WaitForSpaceTest {
  private static final long BYTES = 4 << 20;

  /** So often somebody else gets the file's lock, who would hardly once if it were held. */
  private static final int OFTEN = 20;

  @Test
  @DisplayName("An allocate that waits for space holds no lock of the file meanwhile")
  void allocate() throws Exception {
    try (FsFixture fixture = new FsFixture(BYTES);
        DaxFile file = fixture.fs.open("/f", RW);
        ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Volume volume = file.inode.volume;
      volume.leaving(); // and stays: it is waited for in vain
      try {
        Future<?> refused = pool.submit(() -> allocate(file));
        InvalidateLock lock = file.addressSpace().invalidateLock();
        int got = 0;
        while (!refused.isDone()) {
          if (lock.tryLockExclusive(0)) {
            lock.unlockExclusive();
            got++;
          }
          LockSupport.parkNanos(1_000_000);
        }
        ExecutionException e = assertThrows(ExecutionException.class, refused::get);
        assertInstanceOf(NoSpaceException.class, e.getCause());
        assertTrue(got > OFTEN, "the lock was free " + got + " times");
      } finally {
        volume.left();
      }
    }
  }

  private static Void allocate(DaxFile file) throws IOException {
    file.allocate(0, BYTES, false);
    return null;
  }

  @Test
  @DisplayName("A call has patience once, however often it waits")
  void patience() {
    Patience patience = new Patience();
    assertFalse(patience.isOver());
    while (!patience.isOver()) {
      LockSupport.parkNanos(10_000_000);
    }
    assertTrue(patience.isOver());
  }
}
