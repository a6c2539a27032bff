package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.DeviceBusyException;
import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.ReadOnlyMappingException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NamespaceTest {
  private FsFixture fixture;
  private DaxFileSystem fs;

  @BeforeEach
  void open() throws IOException {
    fixture = new FsFixture(16 << 20);
    fs = fixture.fs;
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private void remount() throws IOException {
    fixture.remount();
    fs = fixture.fs;
  }

  private void make(String path, int value) throws IOException {
    try (DaxFile f = fs.open(path, RW)) {
      f.write(0, FsFixture.bytes(10, value));
      f.fsync();
    }
  }

  private int first(String path) throws IOException {
    try (DaxFile f = fs.open(path)) {
      byte[] b = new byte[1];
      assertEquals(1, f.read(0, MemorySegment.ofArray(b)));
      return b[0];
    }
  }

  private List<String> names(String path) throws IOException {
    return List.copyOf(
        new TreeSet<>(fs.list(path).toList().stream().map(DirectoryEntry::name).toList()));
  }

  @Test
  @DisplayName("Directories hold names")
  void directoriesHoldNames() throws IOException {
    fs.createDirectory("/a");
    fs.createDirectory("/a/b/");
    make("/a/b/one", 1);
    make("a/b/../two", 2);
    make("/a/ünï çøde \uD83D\uDE00", 3);
    assertEquals(List.of("b", "two", "ünï çøde \uD83D\uDE00"), names("/a"));
    remount();
    assertEquals(List.of("b", "two", "ünï çøde \uD83D\uDE00"), names("/a/"));
    assertEquals(1, first("/a/b/one"));
    assertEquals(2, first("/a/./b/.././two"));
    assertEquals(3, fs.stat("/a").links());
    assertEquals(3, fs.stat("/a").sizeBytes());
    assertThrows(DirectoryNotEmptyException.class, () -> fs.removeDirectory("/a"));
    assertThrows(FileSystemException.class, () -> fs.unlink("/a/b"));
    assertThrows(NotDirectoryException.class, () -> fs.removeDirectory("/a/two"));
    fs.unlink("/a/b/one");
    fs.removeDirectory("/a/b");
    assertEquals(2, fs.stat("/a").links());
    assertThrows(NoSuchFileException.class, () -> fs.stat("/a/b"));
  }

  @Test
  @DisplayName("Bad paths are refused")
  void badPathsAreRefused() throws IOException {
    make("/f", 1);
    assertThrows(NoSuchFileException.class, () -> fs.open("/none"));
    assertThrows(NoSuchFileException.class, () -> fs.open(""));
    assertThrows(NoSuchFileException.class, () -> fs.open("/none/x", RW));
    assertThrows(NotDirectoryException.class, () -> fs.open("/f/x", RW));
    assertThrows(NotDirectoryException.class, () -> fs.open("/f/"));
    assertThrows(FileSystemException.class, () -> fs.open("/", RW));
    assertThrows(FileAlreadyExistsException.class, () -> fs.createDirectory("/"));
    assertThrows(FileAlreadyExistsException.class, () -> fs.createDirectory("/f"));
    assertThrows(FileSystemException.class, () -> fs.removeDirectory("/"));
    assertThrows(FileSystemException.class, () -> fs.rename("/", "/x"));
    assertThrows(FileSystemException.class, () -> fs.open("/" + "x".repeat(256), RW));
    assertThrows(FileSystemException.class, () -> fs.open("/a\0b", RW));
    assertThrows(FileSystemException.class, () -> fs.open("/\uD800", RW));
    fs.open("/" + "x".repeat(255), RW).close();
    assertThrows(
        FileAlreadyExistsException.class, () -> fs.open("/f", OpenMode.WRITE, OpenMode.CREATE_NEW));
    assertThrows(IllegalArgumentException.class, () -> fs.open("/g", OpenMode.CREATE));
    assertEquals(2, names("/").size());
  }

  @Test
  @DisplayName("Rename replaces in one moment")
  void renameReplacesInOneMoment() throws IOException {
    make("/a", 1);
    make("/b", 2);
    fs.createDirectory("/d");
    fs.rename("/a", "/b");
    assertEquals(1, first("/b"));
    assertFalse(fs.exists("/a"));
    fs.rename("/b", "/d/c");
    assertEquals(List.of("d"), names("/"));
    remount();
    assertEquals(1, first("/d/c"));
    fs.rename("/d/c", "/d/c");
    fs.createDirectory("/e");
    fs.createDirectory("/e/sub");
    assertThrows(DirectoryNotEmptyException.class, () -> fs.rename("/d", "/e"));
    assertThrows(FileSystemException.class, () -> fs.rename("/e", "/e/sub/x"));
    assertThrows(FileSystemException.class, () -> fs.rename("/d/c", "/e"));
    assertThrows(NotDirectoryException.class, () -> fs.rename("/e", "/d/c"));
    fs.rename("/e/sub", "/sub");
    assertEquals(2, fs.stat("/e").links());
    fs.rename("/d", "/e");
    assertEquals(1, first("/e/c"));
    assertEquals(1, first("/sub/../e/c"));
    assertEquals(List.of("e", "sub"), names("/"));
    assertEquals(4, fs.stat("/").links());
  }

  @Test
  @DisplayName("An open file that was replaced lives on")
  void anOpenFileThatWasReplacedLivesOn() throws IOException {
    make("/a", 1);
    make("/b", 2);
    DaxFile old = fs.open("/b", RW);
    fs.rename("/a", "/b");
    assertEquals(1, first("/b"));
    byte[] b = new byte[1];
    old.read(0, MemorySegment.ofArray(b));
    assertEquals(2, b[0]);
    assertEquals(0, old.stat().links());
    old.close();
    assertEquals(2, fs.statfs().inodes());
  }

  @Test
  @DisplayName("Links are names of one file")
  void linksAreNamesOfOneFile() throws IOException {
    make("/a", 1);
    fs.link("/a", "/b");
    assertEquals(2, fs.stat("/a").links());
    fs.unlink("/a");
    assertEquals(1, first("/b"));
    assertEquals(1, fs.stat("/b").links());
    fs.createDirectory("/d");
    assertThrows(FileSystemException.class, () -> fs.link("/d", "/e"));
    assertThrows(FileAlreadyExistsException.class, () -> fs.link("/b", "/d"));
    fs.link("/b", "/d/c");
    fs.rename("/b", "/d/c");
    assertTrue(fs.exists("/b"), "two names of one file: rename does nothing");
    remount();
    assertEquals(2, fs.stat("/b").links());
  }

  @Test
  @DisplayName("Symbolic links are followed")
  void symbolicLinksAreFollowed() throws IOException {
    fs.createDirectory("/d");
    make("/d/f", 5);
    fs.symlink("d/f", "/relative");
    fs.symlink("/d", "/absolute");
    fs.symlink("../d/new", "/d/dangling");
    fs.symlink("loop", "/loop");
    fs.symlink("x".repeat(3000), "/long");
    remount();
    assertEquals(5, first("/relative"));
    assertEquals(5, first("/absolute/f"));
    assertEquals("../d/new", fs.readSymlink("/d/dangling"));
    assertEquals(3000, fs.readSymlink("/long").length());
    assertThrows(NoSuchFileException.class, () -> fs.open("/d/dangling"));
    make("/d/dangling", 6);
    assertEquals(6, first("/d/new"));
    assertThrows(FileSystemLoopException.class, () -> fs.open("/loop"));
    assertThrows(FileSystemLoopException.class, () -> fs.open("/relative", OpenMode.NOFOLLOW));
    assertEquals(FileType.SYMLINK, fs.lstat("/absolute").type());
    assertEquals(FileType.DIRECTORY, fs.stat("/absolute").type());
    assertEquals(2, fs.lstat("/absolute").sizeBytes());
    fs.unlink("/absolute");
    assertTrue(fs.exists("/d"));
    assertThrows(FileSystemException.class, () -> fs.symlink("", "/empty"));
    assertThrows(FileSystemException.class, () -> fs.readSymlink("/d"));
  }

  @Test
  @DisplayName("Attributes and times are kept")
  void attributesAndTimesAreKept() throws IOException {
    make("/a", 1);
    byte[] large = new byte[65536];
    new java.util.Random(3).nextBytes(large);
    fs.setAttribute("/a", "user.x", new byte[] {1, 2});
    fs.setAttribute("/a", "user.large", large);
    fs.setAttribute("/a", "user.empty", new byte[0]);
    fs.setAttribute("/a", "user.x", new byte[] {3});
    Instant then = Instant.ofEpochSecond(1_000_000_000, 123_456_789);
    fs.setTimes("/a", then, null);
    fs.setPermissions("/a", 0600);
    fs.setOwner("/a", 7, 8);
    remount();
    assertArrayEquals(new byte[] {3}, fs.attribute("/a", "user.x"));
    assertArrayEquals(large, fs.attribute("/a", "user.large"));
    assertArrayEquals(new byte[0], fs.attribute("/a", "user.empty"));
    assertNull(fs.attribute("/a", "user.none"));
    assertEquals(3, fs.attributes("/a").size());
    fs.removeAttribute("/a", "user.large");
    assertThrows(NoSuchFileException.class, () -> fs.removeAttribute("/a", "user.large"));
    assertThrows(FileSystemException.class, () -> fs.setAttribute("/a", "user.y", new byte[65537]));
    assertEquals(2, fs.attributes("/a").size());
    FileStat s = fs.stat("/a");
    assertEquals(then, s.modified());
    assertEquals(0600, s.permissions());
    assertEquals(7, s.uid());
    assertEquals(8, s.gid());
  }

  @Test
  @DisplayName("Many names are all found and seen once")
  void manyNamesAreAllFoundAndSeenOnce() throws IOException {
    for (int i = 0; i < 3000; i++) {
      fs.open("/" + i, RW).close();
    }
    assertEquals(3000, names("/").size());
    assertEquals(3000, fs.list("/").toList().size());
    for (int i = 0; i < 3000; i += 2) {
      fs.unlink("/" + i);
    }
    remount();
    assertEquals(1500, names("/").size());
    for (int i = 0; i < 3000; i++) {
      assertEquals(i % 2 == 1, fs.exists("/" + i));
    }
    assertEquals(1501, fs.statfs().inodes());
  }

  @Test
  @DisplayName("A mounted device is not mounted or formatted again")
  void aMountedDeviceIsNotMountedOrFormattedAgain() throws IOException {
    make("/a", 1);
    assertThrows(DeviceBusyException.class, () -> DaxFileSystem.mount(fixture.device));
    assertThrows(DeviceBusyException.class, () -> DaxFileSystem.format(fixture.device, "x"));
    assertEquals(1, first("/a"));
    remount();
    assertEquals(1, first("/a"));
  }

  @Test
  @DisplayName("A read only mount changes nothing")
  void aReadOnlyMountChangesNothing() throws IOException {
    make("/a", 1);
    DaxFile f = fs.open("/a", RW);
    DaxMapping m = f.map(0, 4096);
    m.putByte(0, (byte) 4);
    fs.setReadOnly(true);
    assertThrows(ReadOnlyMappingException.class, () -> m.putByte(0, (byte) 5));
    assertEquals(4, m.getByte(0));
    assertThrows(ReadOnlyMountException.class, () -> f.write(0, FsFixture.bytes(1, 1)));
    assertThrows(ReadOnlyMountException.class, () -> fs.unlink("/a"));
    assertThrows(ReadOnlyMountException.class, () -> fs.open("/b", RW));
    assertEquals(4, first("/a"));
    fs.setReadOnly(false);
    m.putByte(0, (byte) 5);
    assertEquals(5, first("/a"));
  }

  @Test
  @DisplayName("Operations on names are durable on return")
  void operationsOnNamesAreDurableOnReturn() throws IOException {
    try (FsFixture recorded = new FsFixture(4 << 20, true)) {
      DaxFileSystem before = recorded.fs;
      before.createDirectory("/d");
      before.open("/d/a", RW).close();
      before.link("/d/a", "/b");
      before.rename("/d/a", "/c");
      before.symlink("c", "/s");
      before.setAttribute("/b", "k", new byte[] {1});
      before.open("/gone", RW).close();
      before.unlink("/gone");
      DaxFile open = before.open("/orphan", RW);
      open.write(0, FsFixture.bytes(4096, 1));
      open.fsync();
      before.unlink("/orphan");
      try (DaxFileSystem after = recorded.powerLoss()) {
        assertEquals(
            List.of("b", "c", "d", "s"),
            after.list("/").toList().stream().map(DirectoryEntry::name).sorted().toList());
        assertEquals(2, after.stat("/s").links());
        assertArrayEquals(new byte[] {1}, after.attribute("/c", "k"));
        assertEquals(4, after.statfs().inodes());
        after.sync();
      }
      open.close();
    }
  }
}
