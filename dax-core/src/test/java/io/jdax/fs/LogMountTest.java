package io.jdax.fs;

import static io.jdax.fs.LogDisk.PAGE;
import static io.jdax.fs.LogDisk.page;
import static io.jdax.fs.LogDisk.pages;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.BadDevices;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.log.LogVandal;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.CowTree;
import io.jdax.fs.tree.LogPlace;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.fs.tree.TreeVandal;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.BadRange;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A mount tells what the log has once, and begins a life in which it counts no longer")
class LogMountTest {
  private static final int SIZE = 4 << 20;

  /** Fails a call to the media, and every one after it. */
  private static final class PowerGone extends IOException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  @DisplayName("A mount that ends at any of its steps leaves what the first crash left")
  void crashInTheMount() throws IOException { // 45
    byte[] killed;
    try (LogDisk disk = LogDisk.format(SIZE);
        DaxFile file = disk.fs().open("/f", RW);
        DaxFile gone = disk.fs().open("/gone", RW)) {
      for (int i = 1; i <= 70; i++) {
        file.append(page(i));
        gone.append(page(99));
      }
      disk.fs().unlink("/gone");
      killed = disk.image();
    }
    byte[] expected = new byte[70 * PAGE];
    for (int i = 0; i < 70; i++) {
      Arrays.fill(expected, i * PAGE, (i + 1) * PAGE, (byte) (i + 1));
    }
    boolean failed = true;
    int steps = 0;
    for (int n = 1; failed; n++) {
      try (LogDisk disk = LogDisk.of(killed, SteppedPersister::new)) {
        failed = mountUntil(disk, n);
        disk.kill().assertFile("/f", expected).assertNone("/gone");
        // and again in the next mount
        try (LogDisk second = LogDisk.of(disk.image(), SteppedPersister::new)) {
          mountUntil(second, n);
          second.kill().assertFile("/f", expected).assertNone("/gone");
        }
        steps = n;
      }
      n += n / 4;
    }
    assertTrue(steps > 5, "steps: " + steps);
  }

  /** Mounts, and fails at the {@code n}-th call to the media; returns whether it did. */
  private static boolean mountUntil(LogDisk disk, int n) {
    SteppedPersister persister = (SteppedPersister) disk.persister;
    int[] count = {0};
    persister.step =
        call -> {
          if (!call.equals("fetch") && ++count[0] >= n) {
            throw new PowerGone();
          }
        };
    try {
      disk.mount();
      return false;
    } catch (IOException e) {
      return true;
    } finally {
      persister.step = call -> {};
    }
  }

  @Test
  @DisplayName("Three read-only mounts at once show all of it, no orphan, and store nothing")
  void readOnly() throws IOException { // 46
    byte[] killed;
    try (LogDisk disk = LogDisk.format(SIZE);
        DaxFile file = disk.fs().open("/f", RW);
        DaxFile gone = disk.fs().open("/gone", RW)) {
      file.append(page(1, 2));
      gone.append(page(9));
      disk.fs().unlink("/gone");
      gone.append(page(9));
      killed = disk.image();
    }
    List<LogDisk> mounts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      LogDisk disk = LogDisk.of(killed, ReadOnlyMedia::new);
      mounts.add(disk);
      assertArrayEquals(pages(1, 2), LogDisk.read(disk.mount(), "/f"));
      assertFalse(disk.fs().exists("/gone"));
      assertThrows(ReadOnlyMountException.class, () -> disk.fs().createDirectory("/d"));
      try (DaxFile file = disk.fs().open("/f");
          DaxMapping map = file.map(0, 2 * PAGE, Sharing.READ_ONLY, false, HolePolicy.ZERO)) {
        assertEquals(2, map.getByte(PAGE));
      }
    }
    for (LogDisk disk : mounts) {
      disk.unmount();
      assertArrayEquals(killed, disk.image());
      disk.close();
    }
  }

  @Test
  @DisplayName("A file system that has become read-only loses nothing of what was told before")
  void becameReadOnly() throws IOException { // 47
    try (LogDisk disk = LogDisk.format(SIZE, SteppedPersister::new)) {
      DaxFile file = disk.fs().open("/f", RW);
      file.append(page(1, 2));
      SteppedPersister persister = (SteppedPersister) disk.persister;
      persister.step =
          call -> {
            throw new PowerGone();
          };
      assertThrows(IOException.class, () -> disk.fs().createDirectory("/d"));
      disk.kill().assertFile("/f", pages(1, 2));
      persister.step = call -> {};
      assertThrows(IOException.class, file::close);
      disk.unmount();
    }
  }

  @Test
  @DisplayName("What the log gives a file counts for its project, as a check counts it")
  void quotas() throws IOException { // 49
    try (LogDisk disk = LogDisk.format(SIZE)) {
      DaxFileSystem fs = disk.fs();
      fs.createDirectory("/d");
      fs.setQuota("/d", new Quota(10 * PAGE, 0));
      try (DaxFile file = fs.open("/d/f", RW)) {
        for (int i = 1; i <= 10; i++) {
          file.append(page(i));
        }
        LogDisk after = disk.kill();
        long counted = after.check().projects().getFirst().usedBytes();
        assertEquals(10 * PAGE, counted);
        assertEquals(counted, after.mount().quotas().getFirst().usedBytes());
        fs.setQuota("/d", new Quota(2 * PAGE, 0));
        file.fsync();
        after = disk.kill();
        after.mount();
        assertEquals(10 * PAGE, after.fs().quotas().getFirst().usedBytes());
        assertEquals(10 * PAGE, LogDisk.read(after.fs(), "/d/f").length);
        after.unmount();
        assertEquals(List.of(), after.check().defects());
      }
    }
  }

  @Test
  @DisplayName("A new file system over one whose log is full has nothing of it")
  void formattedAgain() throws IOException { // 51
    try (LogDisk disk = LogDisk.format(SIZE)) {
      DaxFile file = disk.fs().open("/f", RW);
      file.append(page(1, 2));
      LogDisk after = disk.kill();
      DaxFileSystem.format(after.device, "new");
      try (DaxFile other = after.mount().open("/g", RW)) {
        after.kill().assertFile("/g", new byte[0]).assertNone("/f");
        other.append(page(7));
        after.kill().assertFile("/g", pages(7)).assertNone("/f");
      }
      file.close();
    }
  }

  @Test
  @DisplayName("Each mount for writing begins a new life, with a nonce of its own")
  void newLife() throws IOException { // 44, 53
    try (LogDisk disk = LogDisk.format(SIZE)) {
      List<LogPlace> lives = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        lives.add(new LogVandal(disk.region).place());
        disk.mount();
      }
      for (int i = 1; i < lives.size(); i++) {
        assertEquals(lives.get(i - 1).life() + 1, lives.get(i).life());
        assertNotEquals(lives.get(i - 1).nonce(), lives.get(i).nonce());
        assertEquals(lives.get(i - 1).firstFrame(), lives.get(i).firstFrame());
      }
      // both superblocks lead to the present life
      long[] nonces = new long[2];
      for (int slot = 0; slot < 2; slot++) {
        nonces[slot] =
            disk.region.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, (long) slot * PAGE + 192);
      }
      assertEquals(nonces[0], nonces[1]);
    }
  }

  @Test
  @DisplayName("What an earlier life has told is told once, by whichever superblock it is mounted")
  void earlierLife() throws IOException { // 35, 26
    try (LogDisk disk = LogDisk.format(SIZE)) {
      try (DaxFile file = disk.fs().open("/f", RW)) {
        file.append(page(1, 2));
      }
      LogDisk killed;
      try (DaxFile file = disk.fs().open("/f", RW)) {
        file.append(page(3));
        killed = disk.kill();
      }
      try (DaxFile file = killed.mount().open("/f", RW)) {
        file.truncate(PAGE);
        LogDisk after = killed.kill();
        after.assertFile("/f", pages(1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("Without the newest superblock the one before and the log lead to the same files")
  void newestSlotIsBad(boolean inUse) throws IOException { // 35
    try (LogDisk disk = LogDisk.format(SIZE)) {
      DaxFile file = disk.fs().open("/f", RW);
      for (int i = 1; i <= 5; i++) {
        file.append(page(i));
      }
      file.inode.fold(true); // commit N has all of it
      disk.fs().sync();
      byte[] expected = pages(1, 2, 3, 4, 5);
      if (inUse) {
        file.append(page(6)); // not in a frame that N − 1 needs
        expected = pages(1, 2, 3, 4, 5, 6);
      }
      LogDisk after = disk.kill();
      int slot = TreeVandal.newestSlot(after.region);
      after.region.segment().set(ValueLayout.JAVA_BYTE, (long) slot * PAGE + 100, (byte) 77);
      assertArrayEquals(expected, LogDisk.read(after.mount(), "/f"));
      after.unmount();
      assertEquals(List.of(), after.check().defects());
      file.close();
    }
  }

  /** What makes the only record. */
  interface Only {
    void run(DaxFile file) throws IOException;
  }

  private static void only(Only before, Only only, byte[] expected) throws IOException {
    try (LogDisk disk = LogDisk.format(SIZE)) {
      DaxFile file = disk.fs().open("/f", RW);
      before.run(file);
      file.inode.fold(true);
      disk.fs().sync();
      only.run(file);
      LogDisk after = disk.kill();
      assertTrue(after.check().log().liveRecords() > 0, "no record");
      after.assertFile("/f", expected);
      file.close();
    }
  }

  @Test
  @DisplayName("Each kind of record is told, alone in the log, onto each state of a block")
  void eachKind() throws IOException { // 58
    only(f -> {}, f -> f.write(0, page(1)), pages(1));
    only(f -> f.truncate(3L * PAGE), f -> f.write(PAGE, page(1)), pages(0, 1, 0));
    only(f -> f.allocate(0, 3L * PAGE, false), f -> f.write(PAGE, page(1)), pages(0, 1, 0));
    only(f -> f.allocate(0, 3L * PAGE, true), f -> f.write(0, page(1)), pages(1));
    only(
        f -> f.write(0, FsFixture.bytes(PAGE - 1, 1)),
        f -> f.append(FsFixture.bytes(1, 1)),
        pages(1));
    only(f -> f.write(0, page(1)), f -> f.write(0, page(2)), pages(2)); // a time alone
    only(
        f -> f.truncate(3L * PAGE),
        f -> {
          try (DaxMapping map = f.map(0, 3L * PAGE)) {
            for (int i = 0; i < PAGE; i++) {
              map.putByte(PAGE + i, (byte) 5);
            }
          }
        },
        pages(0, 5, 0));
    only(
        f -> {
          f.setExtentSizeHint(4L * PAGE);
          f.truncate(6L * PAGE);
        },
        f -> {
          try (DaxMapping map = f.map(0, 6L * PAGE)) {
            map.putByte(PAGE, (byte) 5);
          }
        },
        patched(6, PAGE, 5));
    only(f -> {}, f -> f.write(0, FsFixture.bytes(300 * PAGE, 6)), filled(300, 6));
  }

  private static byte[] patched(int pages, int at, int value) {
    byte[] bytes = new byte[pages * PAGE];
    bytes[at] = (byte) value;
    return bytes;
  }

  private static byte[] filled(int pages, int value) {
    byte[] bytes = new byte[pages * PAGE];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 512})
  @DisplayName("With blocks smaller than pages an fsync survives, and what was cut does not return")
  void smallBlocks(int block) throws IOException { // 1, 58
    try (LogDisk disk = LogDisk.format(SIZE, block, Persister::of);
        DaxFile file = disk.fs().open("/f", RW)) {
      file.write(0, FsFixture.bytes(5 * block, 1));
      file.fsync();
      disk.kill().assertFile("/f", filledBytes(5 * block, 1));
      file.truncate(2L * block);
      file.write(2L * block, FsFixture.bytes(block, 1));
      file.fsync();
      disk.kill().assertFile("/f", filledBytes(3 * block, 1));
    }
  }

  private static byte[] filledBytes(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  @DisplayName("A device that is too small for a log keeps what has returned, by commits")
  void tooSmall() throws IOException { // 41
    try (LogDisk disk = LogDisk.format(1 << 20)) {
      assertEquals(LogPlace.NONE, new LogVandal(disk.region).place());
      try (DaxFile file = disk.fs().open("/f", RW)) {
        file.append(page(1));
        disk.kill().assertFile("/f", pages(1));
        file.append(FsFixture.bytes(10, 2));
        file.truncate(3L * PAGE);
        try (DaxMapping map = file.map(0, 3L * PAGE)) {
          map.putByte(2L * PAGE, (byte) 3);
          byte[] expected = pages(1, 0, 0);
          Arrays.fill(expected, PAGE, PAGE + 10, (byte) 2);
          expected[2 * PAGE] = 3;
          disk.kill().assertFile("/f", expected);
        }
      }
    }
  }

  @Test
  @DisplayName("A block that is known to be bad stays the file's that has it by the log alone")
  void badBlock() throws IOException { // 55
    byte[] killed;
    long pfn;
    try (LogDisk disk = LogDisk.format(SIZE);
        DaxFile file = disk.fs().open("/f", RW)) {
      file.append(page(1, 2, 3));
      pfn = file.extents().getFirst().pfn();
      killed = disk.image();
    }
    try (LogDisk after = LogDisk.of(killed);
        PmemBlockDevice bad = BadDevices.of(after.region, new BadRange((pfn + 1) * PAGE, PAGE))) {
      DaxFileSystem fs = DaxFileSystem.mount(bad);
      try (DaxFile file = fs.open("/f")) {
        assertEquals(3 * PAGE, file.sizeBytes());
        assertEquals(pfn, file.extents().getFirst().pfn());
        assertEquals(3 * PAGE, file.extents().getFirst().length());
      }
      fs.close();
    }
  }

  @Test
  @DisplayName("A mount makes the superblock durable that it has found before it writes the other")
  void foundSuperblock() throws IOException {
    byte[] killed;
    try (LogDisk disk = LogDisk.format(SIZE)) {
      killed = disk.image();
    }
    try (LogDisk after = LogDisk.of(killed, RecordingPersister::alone)) {
      after.mount();
      Set<Long> flushed = new TreeSet<>();
      boolean drained = false;
      for (RecordingPersister.Event event : ((RecordingPersister) after.persister).events()) {
        if (event.call() == RecordingPersister.Call.COPY && event.offset() < 2L * PAGE) {
          break;
        }
        if (event.call() == RecordingPersister.Call.FLUSH && event.length() == 512) {
          flushed.add(event.offset());
        }
        drained = event.call() == RecordingPersister.Call.DRAIN;
      }
      assertEquals(Set.of(0L, (long) PAGE), flushed);
      assertTrue(drained, "nothing waits for the flushes");
    }
  }

  @Test
  @DisplayName("If the last commit is lost, what was told after it ends what counts of its file")
  void lostCommit() throws IOException {
    byte[] image;
    try (LogDisk disk = LogDisk.format(SIZE)) {
      try (DaxFile file = disk.fs().open("/f", RW)) {
        file.write(0, page(1, 2));
      }
      disk.mount(); // both superblocks have the file
      leaveOutOfJournal(disk.fs().volume.tree);
      try (DaxFile file = disk.fs().open("/f", RW)) {
        file.punchHole(0, PAGE);
        file.write(0, page(3));
        file.fsync();
        image = disk.image();
      }
    }
    loseNewerSlot(image);
    try (LogDisk after = LogDisk.of(image)) {
      assertArrayEquals(pages(1, 2), LogDisk.read(after.mount(), "/f"));
      after.unmount();
      assertEquals(List.of(), after.check().defects());
    }
  }

  @Test
  @DisplayName("If the last commit is lost, but the journal tells what was in it, nothing is")
  void lostCommitThatWasTold() throws IOException {
    byte[] image;
    try (LogDisk disk = LogDisk.format(SIZE)) {
      try (DaxFile file = disk.fs().open("/f", RW)) {
        file.write(0, page(1, 2));
        file.fsync();
        disk.fs().volume.tree.commitTree();
        file.punchHole(0, PAGE);
        file.write(0, page(3));
        file.fsync();
        disk.fs().volume.tree.commitTree();
        file.append(page(4));
        image = disk.image();
      }
    }
    loseNewerSlot(image);
    try (LogDisk after = LogDisk.of(image)) {
      assertArrayEquals(pages(3, 2, 4), LogDisk.read(after.mount(), "/f"));
      after.unmount();
      assertEquals(List.of(), after.check().defects());
    }
  }

  /** Nothing is told before the next commit, as after a change that did not fit. */
  private static void leaveOutOfJournal(CowTree tree) throws IOException {
    try (Change change = tree.change()) {
      change.setIncompatible(SuperblockInfo.QUOTAS, false);
      change.done();
    }
  }

  private static void loseNewerSlot(byte[] image) {
    ByteBuffer slots = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    slots.putLong(slots.getLong(64) > slots.getLong(PAGE + 64) ? 0 : PAGE, 0);
  }
}
