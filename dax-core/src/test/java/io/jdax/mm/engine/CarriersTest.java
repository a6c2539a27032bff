package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.mm.ExtentState;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * As many virtual threads as there are carriers wait for what is short, and are interrupted, so
 * that they do not park. The one that has it may have been taken off its carrier in the middle, by
 * a monitor or a lock, and needs one to go on.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@DisplayName("Interrupted virtual threads that wait let others run")
class CarriersTest {
  private TinyDisk disk;
  private TinyFile file;
  private AddressSpace space;

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("carriers", 8 << 20);
    disk = new TinyDisk(region, Persister.of(region));
    file = (TinyFile) disk.create("c");
    space = file.space();
  }

  @AfterEach
  void close() throws IOException {
    space.close();
    disk.close();
  }

  /** A file whose extents are found without a lock, which would let others run. */
  private record OnePage(long pfn) implements BlockMapper {
    @Override
    public void find(long page, Intent intent, PageRun out) {
      out.set(0, 1, pfn, ExtentState.WRITTEN);
    }

    @Override
    public void mkwrite(long page, int storeAt, PageRun out) {
      find(page, Intent.STORE, out);
    }

    @Override
    public void commit() {}

    @Override
    public long sizeBytes() {
      return Pages.BYTES;
    }
  }

  private interface Call {
    void run() throws IOException;
  }

  /**
   * Has interrupted threads make a call that waits, and another thread run meanwhile.
   *
   * @param method that they wait in
   * @param end lets them go on
   */
  private static void waitingLetsOthersRun(Call call, String method, Runnable end)
      throws InterruptedException {
    AtomicInteger done = new AtomicInteger();
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      waiting.add(
          Thread.startVirtualThread(
              () -> {
                Thread.currentThread().interrupt();
                try {
                  call.run();
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
                assertTrue(Thread.currentThread().isInterrupted());
                done.incrementAndGet();
              }));
    }
    try {
      for (Thread thread : waiting) {
        while (!isIn(thread, method)) {
          Thread.onSpinWait();
        }
      }
      Thread.startVirtualThread(() -> {}).join();
      assertEquals(0, done.get());
    } finally {
      end.run();
    }
    for (Thread thread : waiting) {
      thread.join();
    }
    assertEquals(waiting.size(), done.get());
  }

  private static boolean isIn(Thread thread, String method) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (frame.getMethodName().equals(method)) {
        return true;
      }
    }
    return false;
  }

  private void lockAndUnlock(boolean huge) throws IOException {
    Entries.unlock(space.entries().lock(0, huge), Entries.UNREAD);
  }

  @Test
  @DisplayName("for the entry of a page")
  void page() throws Exception {
    long locked = space.entries().lock(0, false);
    waitingLetsOthersRun(
        () -> lockAndUnlock(false), "lockPage", () -> Entries.unlock(locked, Entries.UNREAD));
  }

  @Test
  @DisplayName("for the entry of 2 MiB")
  void huge() throws Exception {
    long locked = space.entries().lock(0, true);
    waitingLetsOthersRun(
        () -> lockAndUnlock(true), "lock", () -> Entries.unlock(locked, Entries.UNREAD));
  }

  @Test
  @DisplayName("to mark a page that a fault is about to show")
  void mark() throws Exception {
    file.put(0, 1, true, 1);
    try (AddressSpace other = new AddressSpace(disk.frames(), new OnePage(file.pfn(0)), "one")) {
      long locked = other.entries().lock(0, false);
      waitingLetsOthersRun(
          () -> other.dirtyEntries().mark(0), "mark", () -> Entries.unlock(locked, Entries.UNREAD));
    }
  }

  @Test
  @DisplayName("for one of the tickets of a file's writebacks")
  void ticket() throws Exception {
    DirtyBytes bytes = new DirtyBytes();
    List<Byte> taken = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      taken.add(bytes.takeTicket());
    }
    waitingLetsOthersRun(
        () -> bytes.returnTicket(bytes.takeTicket()),
        "takeTicket",
        () -> taken.forEach(bytes::returnTicket));
  }
}
