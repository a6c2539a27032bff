package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose interrupt is the handshake's, and whose somebody else's. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClosingInterruptsTest {
  private final ClosingInterrupts interrupts = new ClosingInterrupts();

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  private static void interruptMe() {
    Thread.currentThread().interrupt();
  }

  @Test
  @DisplayName("An interrupt that came with the handshake is forgotten, once")
  void ofTheHandshake() {
    interrupts.around(ClosingInterruptsTest::interruptMe);
    interrupts.forget();
    assertFalse(Thread.interrupted());
    interruptMe();
    interrupts.forget();
    assertTrue(Thread.interrupted(), "this one is somebody else's");
  }

  @Test
  @DisplayName("So it is when the handshake ends in an error")
  void failedHandshake() {
    Error error = new OutOfMemoryError("for a test");
    assertSame(
        error,
        assertThrows(
            OutOfMemoryError.class,
            () ->
                interrupts.around(
                    () -> {
                      interruptMe();
                      throw error;
                    })));
    interrupts.forget();
    assertFalse(Thread.interrupted());
  }

  @Test
  @DisplayName("An interrupt from before the handshake, or from after it, stays")
  void ofOthers() {
    interruptMe();
    interrupts.around(ClosingInterruptsTest::interruptMe);
    interrupts.forget();
    assertTrue(Thread.interrupted(), "before");
    ClosingInterrupts later = new ClosingInterrupts();
    later.around(() -> {});
    interruptMe();
    later.forget();
    assertTrue(Thread.interrupted(), "after");
  }

  @Test
  @DisplayName("Without a look no interrupt is taken for the handshake's, and nobody waits for one")
  void noLook() {
    interrupts.giveUpLook();
    interruptMe();
    interrupts.forget();
    assertTrue(Thread.interrupted());
    ClosingInterrupts looked = new ClosingInterrupts();
    looked.around(ClosingInterruptsTest::interruptMe);
    looked.giveUpLook();
    looked.forget();
    assertFalse(Thread.interrupted(), "a look that was made counts");
  }
}
