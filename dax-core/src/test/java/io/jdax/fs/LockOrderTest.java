package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.tree.Change;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Edges between locks that would close a circle, and are not there: see docs/locks.md. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LockOrderTest extends SteppedFs {
  @Test
  @DisplayName("Files can be opened while the change that gave their tree a quota is committed")
  void quotaAgainstOpens() throws Exception {
    fs.createDirectory("/d");
    fs.open("/d/f", RW).close();
    fs.volume.tree.limitDirtyNodes(0); // each change is committed at its end
    AtomicInteger calls = new AtomicInteger();
    AtomicBoolean heldUp = new AtomicBoolean();
    persister.step =
        call -> {
          calls.incrementAndGet();
          if (fs.volume.projects.opening().isWriteLocked()) {
            heldUp.set(true);
          }
        };
    fs.setQuota("/d", new Quota(1 << 20, 10));
    assertTrue(calls.getAndSet(0) > 0);
    assertFalse(heldUp.get(), "committed with all opens held up");
    fs.clearQuota("/d");
    assertTrue(calls.get() > 0);
    assertFalse(heldUp.get(), "committed with all opens held up");
  }

  @Test
  @DisplayName("Stat() waits for nobody who reads the file in")
  void statBesideAnOpen() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.truncate(5 * PAGE);
    synchronized (file.inode) { // as Inode.load has it
      Waiting<FileStat> stat = new Waiting<>(() -> fs.stat("/f"));
      assertEquals(5 * PAGE, stat.get().sizeBytes());
    }
    file.close();
  }

  @Test
  @DisplayName("Nobody lets go of a file with a change open")
  void releaseInsideOfAChange() throws Exception {
    DaxFile file = fs.open("/f", RW);
    try (Change _ = fs.volume.change()) {
      assertThrows(AssertionError.class, () -> fs.mount.inodes.release(file.inode));
      assertThrows(AssertionError.class, () -> fs.mount.inodes.releaseQuietly(file.inode));
    }
    file.close();
  }
}
