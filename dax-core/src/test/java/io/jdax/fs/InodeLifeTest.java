package io.jdax.fs;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.QuotaStat;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeState;
import io.jdax.fs.file.InodeTable;
import io.jdax.fs.tree.Change;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.BeyondEndException;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From the first open of a file to the moment when it is put away or given up. */
@Timeout(60)
class InodeLifeTest extends SteppedFs {
  // ---------------------------------------------------------------- calls

  @Test
  @DisplayName("A call that is under way while its handle is closed keeps the file's one inode")
  void callKeepsInode() throws Exception {
    DaxFile file = fs.open("/f", RW);
    CountDownLatch go = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    persister.step =
        call -> {
          if (first.compareAndSet(true, false)) {
            await(go);
          }
        };
    Waiting<Long> append =
        new Waiting<>(() -> file.append(FsFixture.bytes(PAGE, 7))).untilItWaitsIn("await");
    Waiting<Void> close = closing(file);
    while (file.isOpen()) {
      Thread.onSpinWait();
    }
    assertFalse(append.isOver());
    try (DaxFile again = fs.open("/f", RW)) {
      assertSame(file.inode, again.inode);
      go.countDown();
      assertEquals(0, append.get());
      close.get();
      assertEquals(PAGE, again.sizeBytes());
      byte[] read = new byte[PAGE];
      assertEquals(PAGE, again.read(0, MemorySegment.ofArray(read)));
      assertEquals(7, read[PAGE - 1]);
    }
    fixture.assertSound();
    assertEquals(PAGE, fixture.fs.stat("/f").sizeBytes());
  }

  @Test
  @DisplayName(
      "A truncate that waits for a pin ends as if its handle had not been closed meanwhile")
  void truncateBehindPin() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(16 * PAGE, 1));
    Pin pin = file.pin(0, PAGE, PinAccess.READ, true);
    Waiting<Void> truncate =
        new Waiting<Void>(
                () -> {
                  file.truncate(0, Duration.ofSeconds(30));
                  return null;
                })
            .untilItWaitsIn("awaitClose");
    file.close();
    assertThrows(ClosedChannelException.class, file::sizeBytes);
    pin.close();
    try (DaxFile again = fs.open("/f", RW)) {
      truncate.get();
      assertEquals(0, again.sizeBytes());
    }
    fixture.assertSound();
  }

  @Test
  @DisplayName("A handle that is closed while a call is under way tells what could not be flushed")
  void closeBesideCallFlushes() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(PAGE, 1));
    file.fsync();
    try (DaxMapping m = file.map(0, PAGE)) {
      m.putByte(0, (byte) 2);
    }
    Pin pin = file.pin(0, PAGE, PinAccess.READ, true);
    Waiting<Void> truncate =
        new Waiting<Void>(
                () -> {
                  file.truncate(0, Duration.ofSeconds(30));
                  return null;
                })
            .untilItWaitsIn("awaitClose");
    persister.step = call -> fail(call, "flush");
    assertThrows(RegionException.class, file::close);
    persister.step = call -> {};
    file.close(); // nothing any more
    pin.close();
    truncate.get();
    assertEquals(0, fs.stat("/f").sizeBytes());
  }

  @Test
  @DisplayName("Every use of a file counts: when all are gone its inode is out of the table")
  void usesAreCounted() throws Exception {
    DaxFile file = fs.open("/f", RW);
    Inode inode = file.inode;
    for (int i = 0; i < 3; i++) {
      file.write(0, FsFixture.bytes(10, 1));
      file.fsync();
      long _ = file.sizeBytes() + file.stat().inode() + file.extents().size() + file.pages().size();
      assertThrows(IllegalArgumentException.class, () -> file.read(-1, FsFixture.bytes(1, 1)));
      assertThrows(IllegalArgumentException.class, () -> file.truncate(-1));
      assertThrows(BeyondEndException.class, () -> file.pin(1 << 20, PAGE, PinAccess.READ, false));
    }
    assertEquals(1, inode.users);
    file.close();
    assertEquals(0, inode.users);
    assertEquals(InodeState.GONE, inode.state);
    assertNull(fs.mount.inodes.retainIfOpen(inode.number));
    AddressSpace space = file.addressSpace();
    assertThrows(IllegalStateException.class, () -> space.map(0, PAGE));
    assertThrows(IllegalStateException.class, () -> space.pin(0, PAGE, PinAccess.READ, false));
    assertThrows(IllegalStateException.class, () -> space.flushDirty(0, PAGE));
    try (DaxFile again = fs.open("/f", RW)) {
      assertEquals(10, again.sizeBytes());
    }
  }

  // ---------------------------------------------------------------- putting away

  @Test
  @DisplayName("Who opens a file while it is flushed for its last user gets the same inode")
  void openWhileFlushed() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(PAGE, 1));
    try (DaxMapping m = file.map(0, PAGE)) {
      m.putByte(0, (byte) 2);
    }
    CountDownLatch go = new CountDownLatch(1);
    persister.step =
        call -> {
          if (call.equals("flush")) {
            await(go);
          }
        };
    Waiting<Void> close = closing(file).untilItWaitsIn("await");
    assertEquals(InodeState.PUTTING_AWAY, file.inode.state);
    try (DaxFile again = fs.open("/f", RW)) {
      assertSame(file.inode, again.inode);
      go.countDown();
      close.get();
      assertEquals(InodeState.OPEN, again.inode.state);
      again.write(PAGE, FsFixture.bytes(PAGE, 3));
    }
    fixture.assertSound();
    assertEquals(2 * PAGE, fixture.fs.stat("/f").sizeBytes());
  }

  @Test
  @DisplayName("Who opens a file while its inode leaves the table waits until it has left")
  void openWhileLeaving() throws Exception {
    DaxFile file = fs.open("/f", RW);
    Inode inode = file.inode;
    InodeTable table = fs.mount.inodes;
    setState(inode, InodeState.GONE);
    Waiting<DaxFile> open = new Waiting<>(() -> fs.open("/f", RW)).untilItWaitsIn("retained");
    assertFalse(open.isOver());
    assertNull(table.retainIfOpen(inode.number));
    assertFalse(table.tryRetain(inode));
    setState(inode, InodeState.OPEN);
    assertSame(inode, open.get().inode);
    open.get().close();
    file.close();
  }

  private void setState(Inode inode, InodeState state) {
    InodeTable table = fs.mount.inodes;
    synchronized (table) {
      inode.state = state;
      table.notifyAll();
    }
  }

  @Test
  @DisplayName("An inode through whose closed mappings somebody may still store stays until then")
  void staysUntilQuiet() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(PAGE, 1));
    file.fsync();
    DaxMapping m = file.map(0, PAGE);
    m.putByte(0, (byte) 2);
    m.close(); // of two turn-overs it waits for one
    file.close();
    assertEquals(InodeState.OPEN, file.inode.state);
    fs.open("/g", RW).close(); // whoever puts something away looks for others
    assertEquals(InodeState.OPEN, file.inode.state);
    fs.volume.frames.quarantine().turnOver();
    fs.open("/g", RW).close();
    assertEquals(InodeState.GONE, file.inode.state);
    fixture.assertSound();
  }

  @Test
  @DisplayName("An inode that somebody has opened while it was flushed for its last user stays")
  void staysForItsNextUser() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    DaxFile file = dirtyByAPin();
    Waiting<Void> close = closingHeldUp(file, go);
    try (DaxFile again = fs.open("/f", RW)) {
      go.countDown();
      close.get();
      assertEquals(InodeState.OPEN, file.inode.state);
      assertSame(file.inode, again.inode);
      again.write(0, FsFixture.bytes(PAGE, 3));
    }
    assertEquals(InodeState.GONE, file.inode.state);
  }

  @Test
  @DisplayName("An inode that somebody had while it was flushed is looked at again before it goes")
  void lookedAtAgain() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    DaxFile file = dirtyByAPin();
    Waiting<Void> close = closingHeldUp(file, go);
    try (DaxFile again = fs.open("/f", RW);
        DaxMapping m = again.map(0, PAGE)) {
      m.putByte(0, (byte) 2); // so that it is not quiet any more
    }
    go.countDown();
    close.get();
    assertEquals(InodeState.OPEN, file.inode.state);
    fs.volume.frames.quarantine().turnOver();
    fs.open("/g", RW).close();
    assertEquals(InodeState.GONE, file.inode.state);
  }

  /** A file that its last user has to flush. */
  private DaxFile dirtyByAPin() throws IOException {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(PAGE, 1));
    file.fsync();
    file.pin(0, PAGE, PinAccess.WRITE, true).close();
    return file;
  }

  /** Closes it; the first flush waits. */
  private Waiting<Void> closingHeldUp(DaxFile file, CountDownLatch go) {
    AtomicBoolean first = new AtomicBoolean(true);
    persister.step =
        call -> {
          if (call.equals("flush") && first.compareAndSet(true, false)) {
            await(go);
          }
        };
    return closing(file).untilItWaitsIn("await");
  }

  @Test
  @DisplayName("What a rename or a removal takes the last name of is given up, and counts no more")
  void replacedIsGone() throws Exception {
    fs.open("/a", RW).close();
    fs.createDirectory("/d");
    long inodes = fs.statfs().inodes();
    long before = free();
    try (DaxFile file = fs.open("/b", RW)) {
      file.write(0, FsFixture.bytes(64 * PAGE, 1));
    }
    fs.createDirectory("/e");
    fs.createDirectory("/d/f");
    assertEquals(inodes + 3, fs.statfs().inodes());
    fs.rename("/a", "/b");
    fs.rename("/d", "/e"); // with what is in it
    assertEquals(inodes + 1, fs.statfs().inodes());
    fs.removeDirectory("/e/f");
    assertEquals(inodes, fs.statfs().inodes());
    assertEquals(before, free());
    fixture.assertSound();
    assertEquals(inodes, fixture.fs.statfs().inodes());
  }

  @Test
  @DisplayName("A file without a name that is being given up is not to be had, and not folded")
  void namelessIsGone() throws Exception {
    long before = free();
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(64 * PAGE, 1));
    Inode inode = file.inode;
    fs.unlink("/f");
    Waiting<Void> close;
    try (Change _ = inode.volume.tree.change()) {
      close = closing(file).untilItWaitsIn("changeFromReserve");
      assertEquals(InodeState.GONE, inode.state);
      assertNull(fs.mount.inodes.retainIfOpen(inode.number));
      assertFalse(fs.mount.inodes.tryRetain(inode));
      assertFalse(close.isOver());
    }
    close.get();
    inode.touch();
    inode.commit(); // as a persist of a mapping does that another thread has closed
    inode.fold(true);
    assertEquals(before, free());
    fixture.assertSound();
  }

  @Test
  @DisplayName("What could not be given up is given up by the next sync, and counts once")
  void givenUpLater() throws Exception {
    fs.createDirectory("/d");
    fs.setQuota("/d", new Quota(1 << 20, 100));
    long before = free();
    DaxFile file = fs.open("/d/f", RW);
    file.write(0, FsFixture.bytes(64 * PAGE, 1));
    file.fsync();
    fs.unlink("/d/f");
    long inodes = fs.statfs().inodes();
    file.inode.volume.tree.freeze(); // as if it became read-only in the middle
    file.close();
    assertEquals(InodeState.GONE, file.inode.state);
    fs.sync();
    file.inode.volume.tree.thaw();
    fs.sync();
    fs.sync();
    assertEquals(before, free());
    assertEquals(inodes - 1, fs.statfs().inodes());
    QuotaStat quota = requireNonNull(fs.quota("/d"));
    assertEquals(0, quota.usedBytes());
    assertEquals(1, quota.usedInodes());
    fixture.assertSound();
  }

  @Test
  @DisplayName("One file that can't be flushed keeps no other from being put away, nor a caller")
  void sweepGoesOn() throws Exception {
    DaxFile bad = fs.open("/bad", RW);
    DaxFile good = fs.open("/good", RW);
    DaxFile other = fs.open("/other", RW);
    Volume volume = other.inode.volume;
    volume.tree.freeze(); // so that what is new of the two can't be told
    for (DaxFile file : new DaxFile[] {bad, good}) {
      file.inode.touch();
      assertThrows(IOException.class, file::close); // it is kept, for somebody to try again
    }
    other.close();
    volume.tree.thaw();
    assertEquals(InodeState.GONE, other.inode.state);
    assertEquals(InodeState.OPEN, bad.inode.state);
    fs.sync();
    assertEquals(InodeState.GONE, bad.inode.state);
    assertEquals(InodeState.GONE, good.inode.state);
  }

  @Test
  @DisplayName("A logger that fails is not noticed by those who have something to say")
  void failingLogger() throws Exception {
    Logger logger = Logger.getLogger(InodeTable.class.getName());
    AtomicInteger said = new AtomicInteger();
    Handler failing =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            said.incrementAndGet();
            throw new NoClassDefFoundError("LogManager");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(failing);
    logger.setUseParentHandlers(false);
    try {
      DaxFile file = fs.open("/f", RW);
      file.write(0, FsFixture.bytes(PAGE, 1));
      file.fsync();
      DaxMapping m = file.map(0, PAGE);
      m.putByte(0, (byte) 2);
      file.close();
      persister.step = call -> fail(call, "flush");
      m.close(); // the last use
      persister.step = call -> {};
      assertEquals(1, said.get());
      assertEquals(0, file.inode.users);
      fs.sync();
      fixture.assertSound();
    } finally {
      logger.removeHandler(failing);
      logger.setUseParentHandlers(true);
    }
  }

  @Test
  @DisplayName("The quota of a path that comes and goes is told, or there is no such path")
  void quotaBesideUnlink() throws Exception {
    fs.createDirectory("/q");
    fs.setQuota("/q", new Quota(1 << 20, 100));
    AtomicBoolean over = new AtomicBoolean();
    Waiting<Integer> ask =
        new Waiting<>(
            () -> {
              int told = 0;
              while (!over.get()) {
                try {
                  told += fs.quota("/q/f") == null ? 0 : 1;
                } catch (java.nio.file.NoSuchFileException e) {
                  // it was away
                }
              }
              return told;
            });
    for (int i = 0; i < 3000 && !ask.isOver(); i++) {
      fs.open("/q/f", RW).close();
      fs.unlink("/q/f");
    }
    over.set(true);
    try {
      int _ = ask.get();
    } catch (ExecutionException e) {
      assertInstanceOf(java.nio.file.NoSuchFileException.class, e.getCause());
    }
    assertTrue(ask.isOver());
  }

  // ---------------------------------------------------------------- helpers

  private static Waiting<Void> closing(DaxFile file) {
    return new Waiting<>(
        () -> {
          file.close();
          return null;
        });
  }

  private long free() throws IOException {
    fs.sync();
    fs.volume.frames.quarantine().drainNow();
    for (int i = 0; i < 3; i++) { // what commits show waits for two more
      fs.createDirectory("/t");
      fs.removeDirectory("/t");
    }
    return fs.statfs().freeBlocks();
  }

  static void fail(String call, String which) throws IOException {
    if (call.equals(which)) {
      throw new RegionException("life", 0, 1, "can't be written", null);
    }
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
