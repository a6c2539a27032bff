package io.jdax.fs;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Pins for the thread that made them. */
class PinHereTest {
  private static final int PAGE = 4096;

  private interface Body {
    void run() throws IOException;
  }

  private static void elsewhere(Class<? extends Throwable> expected, Body body) {
    CompletionException e =
        assertThrows(
            CompletionException.class,
            () ->
                CompletableFuture.runAsync(
                        () -> {
                          try {
                            body.run();
                          } catch (IOException io) {
                            throw new AssertionError(io);
                          }
                        })
                    .join());
    assertInstanceOf(expected, e.getCause());
  }

  private static DaxFile file(FsFixture fixture, long bytes) throws IOException {
    DaxFile file = fixture.fs.open("/f", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
    file.write(0, MemorySegment.ofArray(new byte[(int) bytes]));
    return file;
  }

  @Test
  @DisplayName(
      "Once its thread has ended, anybody may close such a pin, and the file is free again")
  void ownerHasEnded() throws Exception {
    try (FsFixture fixture = new FsFixture(4 << 20);
        DaxFile file = file(fixture, 2 * PAGE)) {
      FutureTask<Pin> pinning = new FutureTask<>(() -> file.pinHere(0, PAGE, PinAccess.WRITE));
      Thread owner = Thread.ofPlatform().start(pinning);
      Pin pin = pinning.get();
      owner.join();
      assertTrue(pin.isOpen());
      assertThrows(PinnedException.class, () -> file.truncate(0));
      pin.close();
      assertFalse(pin.isOpen());
      pin.close();
      file.truncate(0);
    }
  }

  @Test
  @DisplayName("Another thread can neither use nor close such a pin, which stays as it is")
  void anotherThreadIsRefused() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20);
        DaxFile file = file(fixture, 2 * PAGE)) {
      Pin pin = file.pinHere(0, PAGE, PinAccess.WRITE);
      MemorySegment segment = pin.segments().getFirst();
      elsewhere(WrongThreadException.class, () -> segment.set(JAVA_LONG, 0, 1));
      elsewhere(WrongThreadException.class, pin::close);
      assertTrue(pin.isOpen());
      segment.set(JAVA_LONG, 0, 7);
      assertThrows(PinnedException.class, () -> file.truncate(0));
      pin.close();
      assertFalse(pin.isOpen());
      assertThrows(IllegalStateException.class, () -> segment.get(JAVA_LONG, 0));
      pin.close(); // a second time does nothing
      file.truncate(0);
    }
  }

  @Test
  @DisplayName("What was stored through it is dirty, and durable after fsync")
  void storesAreFlushed() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20);
        DaxFile file = file(fixture, 2 * PAGE)) {
      file.fsync();
      try (Pin pin = file.pinHere(PAGE, PAGE, PinAccess.WRITE)) {
        pin.segments().getFirst().set(JAVA_LONG, 8, 42);
      }
      long before = file.statistics().flushedPages();
      file.fsync();
      assertEquals(before + 1, file.statistics().flushedPages());
      MemorySegment out = MemorySegment.ofArray(new long[1]);
      assertEquals(8, file.read(PAGE + 8, out));
      assertEquals(42, out.get(JAVA_LONG, 0));
    }
  }

  @Test
  @DisplayName("It wants what any pin wants: a file open for it, and a range inside of it")
  void refusals() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20);
        DaxFile file = file(fixture, 2 * PAGE);
        DaxFile reader = fixture.fs.open("/f", OpenMode.READ)) {
      assertThrows(
          java.nio.channels.NonWritableChannelException.class,
          () -> reader.pinHere(0, PAGE, PinAccess.WRITE));
      assertThrows(
          io.jdax.mm.BeyondEndException.class, () -> file.pinHere(2 * PAGE, 1, PinAccess.READ));
      assertThrows(IllegalArgumentException.class, () -> file.pinHere(-1, PAGE, PinAccess.READ));
      file.truncate(0); // nothing stayed pinned
    }
  }
}
