package io.jdax.fs;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.tier.CachedFile;
import io.jdax.fs.tree.Change;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import io.jdax.mm.ReadOnlyMappingException;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When setReadOnly(true) has returned nothing changes, and nothing that was accepted is lost. */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadOnlyRemountTest extends SteppedFs {
  private Volume volume() throws IOException {
    try (DaxFile file = fs.open("/any", RW)) {
      return file.inode.volume;
    }
  }

  @Test
  @DisplayName("A change that waits for another while the file system becomes read-only is refused")
  void changesUnderWay() throws Exception {
    Volume volume = volume();
    fs.sync();
    Waiting<Void> make;
    Waiting<Void> remount;
    try (Change _ = volume.tree.change()) {
      make =
          new Waiting<Void>(
                  () -> {
                    fs.createDirectory("/d");
                    return null;
                  })
              .untilItWaitsIn("change");
      remount =
          new Waiting<Void>(
              () -> {
                fs.setReadOnly(true);
                return null;
              });
      while (!volume.readOnly()) {
        Thread.onSpinWait();
      }
    }
    ExecutionException e = assertThrows(ExecutionException.class, make::get);
    assertInstanceOf(ReadOnlyMountException.class, e.getCause());
    remount.get();
    assertFalse(fs.exists("/d"));
  }

  @Test
  @DisplayName("Many mapped files become read-only with the turn-overs of one")
  void manyFiles() throws Exception {
    for (int i = 0; i < 40; i++) {
      try (DaxFile file = fs.open("/" + i, RW)) {
        file.truncate(PAGE);
        file.map(0, PAGE).putByte(0, (byte) 1);
      }
    }
    long before = fs.volume.frames.quarantine().statistics().turnOvers();
    fs.setReadOnly(true);
    long turnOvers = fs.volume.frames.quarantine().statistics().turnOvers() - before;
    assertTrue(turnOvers >= 2 && turnOvers < 40, "turn-overs: " + turnOvers);
  }

  @Test
  @DisplayName("The flusher that meets a read-only file system is no failure of a file")
  void flusherMeetsReadOnly() throws Exception {
    fixture.remount(MountOptions.DEFAULTS.withTier(TierMode.CACHED));
    fs = fixture.fs;
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(PAGE, 1));
    fs.setReadOnly(true);
    file.inode.extents.noteSizeLater(); // as of a store that came after the files' turn
    ((CachedFile) file.inode.store()).writeBackAll();
    fs.setReadOnly(false);
    file.close();
  }

  @Test
  @DisplayName("Nothing of the device changes any more, whoever tries what")
  void nothingChanges() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(PAGE, 1));
    DaxMapping mapping = file.map(0, 2 * PAGE);
    mapping.putByte(0, (byte) 2);
    Volume volume = file.inode.volume;
    fs.setReadOnly(true);
    byte[] before = region.segment().toArray(ValueLayout.JAVA_BYTE);
    assertThrows(ReadOnlyMountException.class, () -> file.write(0, FsFixture.bytes(1, 1)));
    assertThrows(ReadOnlyMountException.class, () -> fs.unlink("/f"));
    assertThrows(ReadOnlyMappingException.class, () -> mapping.putByte(0, (byte) 3));
    assertThrows(ReadOnlyMountException.class, () -> volume.tree.change().close());
    assertThrows(ReadOnlyMountException.class, () -> volume.tree.changeFromReserve().close());
    assertThrows(ReadOnlyMountException.class, volume::bringBackSpace);
    file.fsync();
    fs.sync();
    mapping.persist(0, PAGE);
    mapping.close();
    file.close();
    assertArrayEquals(before, region.segment().toArray(ValueLayout.JAVA_BYTE));
    fs.setReadOnly(false);
    try (DaxFile again = fs.open("/f", RW);
        DaxMapping m = again.map(0, PAGE)) {
      assertEquals(2, m.getByte(0));
      m.putByte(0, (byte) 4);
    }
    fixture.assertSound();
  }

  @Test
  @DisplayName("While memory is pinned for writing it is refused, and nothing has changed")
  void pinnedForWriting() throws Exception {
    try (FsFixture recording = new FsFixture(8 << 20, true)) {
      DaxFileSystem r = recording.fs;
      DaxFile file = r.open("/f", RW);
      file.write(0, FsFixture.bytes(2 * PAGE, 1));
      Pin reading = file.pin(PAGE, PAGE, PinAccess.READ, true);
      Pin pin = file.pin(0, PAGE, PinAccess.WRITE, true);
      assertThrows(PinnedException.class, () -> r.setReadOnly(true));
      assertFalse(r.statfs().readOnly());
      pin.segments().get(0).set(ValueLayout.JAVA_BYTE, 5, (byte) 9);
      file.fsync();
      file.pin(PAGE, PAGE, PinAccess.WRITE, false).close();
      file.write(PAGE, FsFixture.bytes(1, 2));
      try (DaxFileSystem after = recording.powerLoss();
          DaxFile f = after.open("/f")) {
        byte[] read = new byte[PAGE];
        f.read(0, MemorySegment.ofArray(read));
        assertEquals(9, read[5]);
      }
      pin.segments().get(0).set(ValueLayout.JAVA_BYTE, 6, (byte) 8);
      pin.close();
      r.setReadOnly(true); // and flushes what the pin has left
      assertThrows(ReadOnlyMountException.class, () -> file.pin(0, PAGE, PinAccess.WRITE, false));
      reading.close();
      try (DaxFileSystem after = recording.powerLoss();
          DaxFile f = after.open("/f")) {
        byte[] read = new byte[PAGE];
        f.read(0, MemorySegment.ofArray(read));
        assertEquals(8, read[6]);
      }
      file.close();
    }
  }

  @Test
  @DisplayName("A pin for writing that is wanted while it becomes read-only is refused")
  void pinMeanwhile() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(PAGE, 1));
    CountDownLatch go = new CountDownLatch(1);
    persister.step = call -> InodeLifeTest.await(go);
    Waiting<Void> remount =
        new Waiting<Void>(
                () -> {
                  fs.setReadOnly(true);
                  return null;
                })
            .untilItWaitsIn("await");
    try {
      assertThrows(ReadOnlyMountException.class, () -> file.pin(0, PAGE, PinAccess.WRITE, false));
    } finally {
      go.countDown();
    }
    remount.get();
    assertTrue(fs.statfs().readOnly());
    file.pin(0, PAGE, PinAccess.READ, true).close();
    file.close();
  }

  @Test
  @DisplayName("A pin that wants a block which a read-only file has not is refused; it takes none")
  void longTermPinOfHole() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.truncate(64 * PAGE);
    file.write(0, FsFixture.bytes(PAGE, 1));
    fs.setReadOnly(true);
    long free = fs.statfs().freeBlocks();
    assertThrows(
        ReadOnlyMappingException.class, () -> file.pin(0, 64 * PAGE, PinAccess.READ, true));
    assertEquals(free, fs.statfs().freeBlocks());
    file.pin(0, PAGE, PinAccess.READ, true).close();
    file.pin(PAGE, PAGE, PinAccess.READ, false).close();
    file.close();
  }

  @Test
  @DisplayName(
      "A file without a name that is closed meanwhile is given up when stores are possible")
  void namelessMeanwhile() throws Exception {
    fs.createDirectory("/q");
    fs.setQuota("/q", new Quota(4 << 20, 10));
    DaxFile file = fs.open("/q/f", RW);
    DaxFile never = fs.open("/q/g", RW);
    file.write(0, FsFixture.bytes(1000 * PAGE, 1));
    fs.unlink("/q/f");
    fs.unlink("/q/g");
    long used = requireNonNull(fs.quota("/q")).usedBytes();
    assertEquals(1000 * PAGE, used);
    long free = fs.statfs().freeBlocks();
    fs.setReadOnly(true);
    file.close();
    never.close();
    assertEquals(used, fs.quota("/q").usedBytes());
    fs.setReadOnly(false);
    fs.volume.frames.quarantine().drainNow();
    for (int i = 0; i < 3; i++) {
      fs.createDirectory("/t");
      fs.removeDirectory("/t");
    }
    assertEquals(0, fs.quota("/q").usedBytes());
    assertEquals(1, fs.quota("/q").usedInodes());
    assertTrue(fs.statfs().freeBlocks() >= free + 1000, "of 1000 blocks some are missing");
    fixture.assertSound();
  }

  @Test
  @DisplayName("Where something can't be made durable the file system stays writable, as it was")
  void failsAnywhere() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(PAGE, 1));
    file.fsync();
    DaxMapping mapping = file.map(0, PAGE);
    mapping.putByte(0, (byte) 2);
    persister.step = call -> InodeLifeTest.fail(call, "flush");
    assertThrows(RegionException.class, () -> fs.setReadOnly(true));
    assertFalse(fs.statfs().readOnly());
    persister.step = call -> {};
    mapping.putByte(0, (byte) 3);
    file.write(8, FsFixture.bytes(1, 1));
    file.pin(0, PAGE, PinAccess.WRITE, false).close();
    fs.createDirectory("/d");
    fs.setReadOnly(true);
    assertThrows(ReadOnlyMappingException.class, () -> mapping.putByte(0, (byte) 4));
    mapping.close();
    file.close();
    fixture.assertSound();
  }

  @Test
  @DisplayName("A file system that could not become read-only can be changed as before")
  void remountThatFails() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(PAGE, 1));
    DaxMapping mapping = file.map(0, PAGE);
    mapping.putByte(0, (byte) 2);
    mapping.force(); // so that a store needs no fault
    file.write(PAGE, FsFixture.bytes(PAGE, 1)); // something to commit
    boolean[] stored = new boolean[1];
    persister.step =
        call -> {
          if (call.equals("flush") && stored[0]) {
            throw new RegionException("stepped", 0, 1, "can't be flushed", null);
          }
          if (call.equals("drain") && !stored[0]) { // when most is durable, and files are writable
            stored[0] = true;
            mapping.putByte(0, (byte) 3);
          }
        };
    assertThrows(IOException.class, () -> fs.setReadOnly(true));
    persister.step = call -> {};
    assertTrue(stored[0]);
    mapping.putByte(1, (byte) 4);
    file.write(PAGE, FsFixture.bytes(PAGE, 2));
    fs.createDirectory("/d");
    fs.setReadOnly(true);
    assertThrows(ReadOnlyMountException.class, () -> fs.createDirectory("/e"));
    assertEquals(3, mapping.getByte(0));
  }
}
