package io.jdax.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CopyWatchTest extends FileSystemTest {
  /** As the JVM does it when it is told to end. */
  private static Thread stop(CopyWatch watch) throws InterruptedException {
    Thread hook = Thread.ofPlatform().start(watch::stop);
    while (hook.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1);
    }
    return hook;
  }

  @Test
  @DisplayName("The end of the process waits for the copy to end")
  void theEndOfTheProcessWaitsForTheCopyToEnd() throws Exception {
    Thread hook;
    try (CopyWatch watch = CopyWatch.silent()) {
      watch.advance(1);
      hook = stop(watch);
      assertThrows(InterruptedIOException.class, () -> watch.advance(1));
      assertTrue(hook.isAlive());
    }
    hook.join(5000);
    assertFalse(hook.isAlive());
  }

  @Test
  @DisplayName("A stopped copy leaves nothing")
  void aStoppedCopyLeavesNothing() throws Exception {
    Path local = local("local", "text");
    Thread hook;
    try (Mounted mounted = Mounted.forWriting(region);
        CopyWatch watch = CopyWatch.silent();
        LocalFile file = LocalFile.open(local)) {
      hook = stop(watch);
      IOException stopped =
          assertThrows(
              InterruptedIOException.class,
              () -> copyIn(mounted, watch).copy(local.toString(), "/f", true));
      assertEquals("stopped before the end", Complaint.about(stopped));
      assertThrows(
          InterruptedIOException.class,
          () -> new SparseCopy(watch).copy(file, (at, data) -> {}, file.sizeBytes()));
    }
    hook.join(5000);
    assertEquals("", ls(region.toString()));
  }

  private CopyIn copyIn(Mounted mounted, CopyWatch watch) throws IOException {
    return new CopyIn(
        mounted.files(),
        new RegionPath(region, "/f"),
        false,
        false,
        watch,
        new Problems(new PrintWriter(System.err, false, UTF_8)));
  }
}
