package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.region.Region;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tickets, epochs that were left open by an error, and the interrupts of a handshake. */
@Timeout(60)
class EpochTest {
  private Region region;

  @BeforeEach
  void open() throws Exception {
    region = Region.anonymous("epoch", 1 << 20);
  }

  @AfterEach
  void close() throws Exception {
    region.close();
  }

  private Epoch after(@Nullable Epoch previous) {
    return new Epoch(previous, region.address(), region.sizeBytes());
  }

  @Test
  @DisplayName("An epoch closes all before it that are open, the oldest first, and only once")
  void chain() {
    Epoch first = after(null);
    Epoch second = after(first);
    Epoch third = after(second);
    assertEquals(2, third.number);
    third.closePrevious();
    assertFalse(first.memory.scope().isAlive());
    assertFalse(second.memory.scope().isAlive());
    assertFalse(third.hasPrevious());
    assertTrue(third.memory.scope().isAlive());
    third.closePrevious();
    third.close();
    third.close();
    assertFalse(third.memory.scope().isAlive());
  }

  @Test
  @DisplayName("A close waits for tickets of stores and of loads; no ticket is given from then on")
  void closeWaits() throws Exception {
    for (boolean storing : new boolean[] {false, true}) {
      Epoch epoch = after(null);
      int ticket = storing ? epoch.enterStoring(Epoch.HEAD_BYTES + 77_777) : epoch.enter();
      CompletableFuture<Void> closing = CompletableFuture.runAsync(epoch::close);
      while (!epoch.isSealed()) {
        Thread.onSpinWait();
      }
      assertEquals(Epoch.NONE, epoch.enter());
      assertEquals(Epoch.NONE, epoch.enterStoring(Epoch.HEAD_BYTES));
      Assertions.assertThrows(TimeoutException.class, () -> closing.get(20, TimeUnit.MILLISECONDS));
      epoch.exit(Epoch.NONE); // is no ticket
      epoch.exit(ticket);
      closing.get();
    }
  }

  @Test
  @DisplayName("A store under way is told of by its own epoch and by those after it, for its 2 MiB")
  void mayStore() {
    Epoch first = after(null);
    Epoch second = after(first);
    for (long dirty = 0; dirty < 200 * 512; dirty += 511) {
      assertFalse(second.mayStore(dirty));
      int ticket = first.enterStoring(Epoch.HEAD_BYTES + dirty);
      assertTrue(first.mayStore(dirty & -512));
      assertTrue(second.mayStore(dirty | 511));
      assertFalse(second.mayStore(dirty + 512));
      first.exit(ticket);
      assertFalse(second.mayStore(dirty));
    }
    int load = second.enter();
    for (long dirty = 0; dirty < 200 * 512; dirty += 512) {
      assertFalse(second.mayStore(dirty));
    }
    second.exit(load);
    second.close();
  }

  @Test
  @DisplayName("Only the interrupt that came with the handshake is taken back, and only once")
  void interrupts() throws Exception {
    // before the handshake, with it, after it
    for (int when = 0; when < 3; when++) {
      ClosingInterrupts interrupts = new ClosingInterrupts();
      Thread me = Thread.currentThread();
      if (when == 0) {
        me.interrupt();
      }
      boolean with = when == 1;
      interrupts.around(
          () -> {
            if (with) {
              me.interrupt();
            }
          });
      if (when == 2) {
        me.interrupt();
      }
      interrupts.forget();
      assertEquals(!with, Thread.interrupted(), "case " + when);
      me.interrupt(); // by somebody, later: two mappings may be of the same old epoch
      interrupts.forget();
      assertTrue(Thread.interrupted(), "case " + when);
    }
  }

  @Test
  @DisplayName("An access that fails waits for the look after the handshake, also if that throws")
  void waitsForTheLook() throws Exception {
    ClosingInterrupts interrupts = new ClosingInterrupts();
    CompletableFuture<Boolean> left = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              interrupts.forget();
              left.complete(Thread.interrupted());
            });
    Assertions.assertThrows(
        OutOfMemoryError.class,
        () ->
            interrupts.around(
                () -> {
                  thread.start();
                  while (!thread.isInterrupted()) {
                    Thread.onSpinWait();
                  }
                  assertFalse(left.isDone());
                  throw new OutOfMemoryError("in the handshake");
                }));
    assertTrue(left.get(), "it was started since the first look: nobody knows, so it is left");
  }
}
