package io.jdax.fs;

import static io.jdax.fs.LogDisk.page;
import static io.jdax.fs.LogDisk.pages;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.check.CheckReport;
import io.jdax.fs.check.DefectCode;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.journal.JournalPlace;
import io.jdax.fs.tree.TreeSurvey;
import io.jdax.fs.tree.TreeVandal;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Changes that only the journal tells are there after a kill, and after loss of power")
class JournalMountTest {
  private static final long SIZE = 8 << 20;
  private static final OpenMode[] RW = {OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE};

  private LogDisk disk;

  @BeforeEach
  void make() throws IOException {
    disk = LogDisk.recording(SIZE);
  }

  @AfterEach
  void close() throws IOException {
    disk.close();
  }

  private long commits() {
    return disk.fs().statfs().generation();
  }

  private static JournalPlace place(LogDisk disk) throws IOException {
    return TreeSurvey.of(disk.region).info().journal();
  }

  /** Some of each kind, of which no commit knows. */
  private void change() throws IOException {
    DaxFileSystem fs = disk.fs();
    fs.createDirectory("/d");
    try (DaxFile f = fs.open("/d/f", RW)) {
      f.write(0, page(1, 2, 3));
    }
    fs.rename("/d/f", "/d/g");
    fs.link("/d/g", "/h");
    fs.setAttribute("/h", "user.a", new byte[2000]);
    fs.symlink("to", "/l");
    try (DaxFile f = fs.open("/gone", RW)) {
      f.write(0, page(4));
    }
    fs.unlink("/gone");
    try (DaxFile f = fs.open("/h", RW)) {
      f.punchHole(LogDisk.PAGE, LogDisk.PAGE);
      f.fsync();
    }
  }

  private static void assertChanged(DaxFileSystem fs) throws IOException {
    assertFalse(fs.exists("/d/f"));
    assertFalse(fs.exists("/gone"));
    assertEquals("to", fs.readSymlink("/l"));
    assertArrayEquals(new byte[2000], fs.attribute("/d/g", "user.a"));
    assertEquals(2, fs.stat("/d/g").links());
    assertArrayEquals(pages(1, 0, 3), LogDisk.read(fs, "/h"));
  }

  @Test
  @DisplayName("Names, attributes and contents are durable on return, and no commit was made")
  void durableWithoutCommit() throws IOException {
    long before = commits();
    change();
    assertEquals(before, commits());
    for (LogDisk after : List.of(disk.kill(), disk.powerLoss())) {
      CheckReport report = after.check();
      assertEquals(List.of(), report.defects());
      assertTrue(report.journal().changes() > 10, report.toString());
      assertChanged(after.mount());
      after.unmount();
      assertEquals(0, after.check().journal().changes(), "the tree has all of them");
      assertChanged(after.mount());
      after.unmount();
      after.assertSound();
    }
  }

  @Test
  @DisplayName("A close commits the tree, so that the next mount has nothing to tell")
  void closed() throws IOException {
    change();
    disk.unmount();
    assertEquals(0, disk.check().journal().changes());
    assertChanged(disk.mount());
  }

  @Test
  @DisplayName("Kill after kill, each mount tells what the one before has left")
  void killAfterKill() throws IOException {
    disk.fs().createDirectory("/0");
    LogDisk next = disk.kill();
    for (int i = 1; i < 6; i++) {
      long nonce = place(next).nonce();
      DaxFileSystem fs = next.mount();
      assertNotEquals(nonce, place(next).nonce());
      for (int j = 0; j < i; j++) {
        assertTrue(fs.exists("/" + j), i + ": " + j);
      }
      fs.createDirectory("/" + i);
      next = next.kill();
      assertEquals(List.of(), next.check().defects());
    }
  }

  @Test
  @DisplayName("A mount for reading shows the changes, and writes nothing")
  void readOnly() throws IOException {
    change();
    byte[] image = disk.image();
    try (LogDisk after = LogDisk.of(image, ReadOnlyMedia::new)) {
      assertChanged(after.mount());
      after.unmount();
      assertArrayEquals(image, after.image());
    }
  }

  @Test
  @DisplayName("A journal that is full makes a commit, and tells what follows it")
  void full() throws IOException {
    long before = commits();
    int made = 0;
    while (commits() < before + 3) {
      disk.fs().createDirectory("/" + made++);
      assertTrue(made < 2000, "no commit");
    }
    assertTrue(made > 60, made + " directories for three commits");
    DaxFileSystem after = disk.powerLoss().mount();
    for (int i = 0; i < made; i++) {
      assertTrue(after.exists("/" + i), "directory " + i);
    }
    assertFalse(after.exists("/" + made));
  }

  @Test
  @DisplayName("What superblocks have to say is in a commit, with all changes before it")
  void quota() throws IOException {
    long before = commits();
    disk.fs().createDirectory("/d");
    assertEquals(before, commits());
    disk.fs().setQuota("/d", new Quota(1 << 20, 0));
    assertTrue(commits() > before);
    disk.fs().createDirectory("/d/e");
    LogDisk after = disk.powerLoss();
    assertEquals(1 << 20, requireNonNull(after.mount().quota("/d/e")).limits().limitBytes());
    disk.fs().removeDirectory("/d/e");
    disk.fs().removeDirectory("/d");
    LogDisk without = disk.powerLoss();
    assertEquals(List.of(), without.mount().quotas());
    without.unmount();
    without.assertSound();
  }

  @Test
  @DisplayName("A repair of something else keeps what only the journal tells")
  void repair() throws IOException {
    change();
    LogDisk after = disk.kill();
    int older = 1 - TreeVandal.newestSlot(after.region);
    after.region.segment().asSlice((long) older * LogDisk.PAGE, 512).fill((byte) 0);
    assertEquals(
        List.of(DefectCode.SB1),
        FileSystemCheck.repair(after.device).defects().stream().map(d -> d.code()).toList());
    assertEquals(List.of(), after.check().defects());
    assertEquals(JournalPlace.NONE, place(after));
    assertChanged(after.mount());
    assertTrue(place(after).exists(), "the next mount has begun a new one");
    after.fs().createDirectory("/new");
    assertTrue(after.kill().mount().exists("/new"));
  }

  @Test
  @DisplayName("What was told to a mount that then lost its superblock never comes back")
  void staleRecords() throws IOException {
    long before = commits();
    disk.fs().createDirectory("/a");
    disk.fs().volume.tree.commitTree(); // to the other half
    disk.fs().createDirectory("/b");
    assertEquals(before + 1, commits());
    LogDisk after = disk.kill();
    int newer = TreeVandal.newestSlot(after.region);
    after.region.segment().asSlice((long) newer * LogDisk.PAGE, 512).fill((byte) 0);
    DaxFileSystem fs = after.mount();
    assertTrue(fs.exists("/a") && fs.exists("/b"));
    fs.removeDirectory("/b");
    fs.volume.tree.commitTree();
    DaxFileSystem last = after.kill().mount();
    assertTrue(last.exists("/a"));
    assertFalse(last.exists("/b"));
  }

  @Test
  @DisplayName("Telling the changes writes over nothing that they, notes or the older tree have")
  void nothingIsHit() throws IOException {
    DaxFileSystem fs = disk.fs();
    DaxFile noted = fs.open("/noted", RW);
    for (int i = 0; i < 40; i++) {
      try (DaxFile f = fs.open("/f" + i, RW)) {
        f.write(0, page(i, i + 1));
        f.fsync();
      }
      noted.append(page(100 + i)); // told by the log alone
      try (DaxFile f = fs.open("/allocated" + i, RW)) {
        f.allocate(0, 2 * LogDisk.PAGE, false); // told by the journal alone
      }
    }
    noted.fsync();
    LogDisk after = disk.powerLoss();
    DaxFileSystem mounted = after.mount();
    for (int i = 0; i < 40; i++) {
      assertArrayEquals(pages(i, i + 1), LogDisk.read(mounted, "/f" + i));
    }
    int[] values = new int[40];
    for (int i = 0; i < 40; i++) {
      values[i] = 100 + i;
    }
    assertArrayEquals(pages(values), LogDisk.read(mounted, "/noted"));
    noted.close();
  }

  @Test
  @DisplayName("No node of the tree that comes out lies where the changes give a block to a file")
  void nodesHitNoFile() throws Exception {
    for (int i = 0; i < 4; i++) {
      disk.fs().createDirectory("/d" + i);
      disk.fs().volume.tree.commitTree(); // what the first trees had is free
    }
    LogDisk again = disk.kill();
    DaxFileSystem fs = again.mount();
    // Each thread looks for blocks from another place on, one of them from the first frame, where
    // whoever tells the changes looks for its nodes.
    for (int i = 0; i < 24; i++) {
      String path = "/f" + i;
      onNewThread(
          () -> {
            try (DaxFile f = fs.open(path, RW)) {
              f.allocate(0, LogDisk.PAGE, false); // told by the journal alone
            }
            return null;
          });
    }
    LogDisk after = again.kill();
    after.mount();
    after.unmount();
    assertEquals(List.of(), after.check().defects());
  }

  private static void onNewThread(Callable<Void> work) throws Exception {
    FutureTask<Void> task = new FutureTask<>(work);
    Thread.ofPlatform().start(task);
    task.get();
  }

  @Test
  @DisplayName("A place where no journal can be, or that a node has, is found, repaired, and gone")
  void badPlaces() throws IOException {
    disk.fs().createDirectory("/a");
    disk.fs().volume.tree.commitTree();
    long node = TreeVandal.nodes(disk.region, 0).getFirst();
    long frames = SIZE / LogDisk.PAGE;
    for (long first : new long[] {1, frames - 1, node}) {
      LogDisk bad = disk.kill();
      for (int slot = 0; slot < 2; slot++) {
        TreeVandal.superblock(
            bad.region, slot, s -> s.set(ValueLayout.JAVA_LONG_UNALIGNED, 200, first));
      }
      assertThrows(CorruptMetadataException.class, bad::mount);
      assertEquals(
          List.of(first == node ? DefectCode.JN2 : DefectCode.JN1),
          FileSystemCheck.repair(bad.device).defects().stream().map(d -> d.code()).toList());
      assertEquals(List.of(), bad.check().defects());
      assertTrue(bad.mount().exists("/a"));
    }
  }

  @Test
  @DisplayName("A journal that can't be read is not mounted for writing, but shown, and repaired")
  void unreadable() throws IOException {
    disk.fs().createDirectory("/a");
    long bad = place(disk).firstFrame() + (commits() & 1) * place(disk).halfFrames() + 1;
    assertTrue(place(disk).halfFrames() > 1);
    LogDisk after = disk.kill();
    BadPage page = BadPage.in(after.region, bad);
    assertThrows(CorruptMetadataException.class, after::mount);
    CheckReport report = FileSystemCheck.repair(after.device);
    assertEquals(List.of(DefectCode.JN3), report.defects().stream().map(d -> d.code()).toList());
    assertEquals(1, report.journal().changes(), "before the page that is bad");
    assertEquals(List.of(), after.check().defects());
    page.replace();
    assertTrue(after.mount().exists("/a"));
  }
}
