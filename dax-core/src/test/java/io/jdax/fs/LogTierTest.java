package io.jdax.fs;

import static io.jdax.fs.LogDisk.PAGE;
import static io.jdax.fs.LogDisk.page;
import static io.jdax.fs.LogDisk.pages;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.tree.PowerFailures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The log tells the same of files in DRAM, and goes on through every remount")
class LogTierTest {
  private static final MountOptions CACHED = MountOptions.DEFAULTS.withTier(TierMode.CACHED);

  @Test
  @DisplayName("An fsync of a file in DRAM survives a loss of power, with no commit of the tree")
  void cachedFsync() throws IOException {
    try (LogDisk disk = LogDisk.recording(8 << 20)) {
      DaxFileSystem fs = disk.mount(CACHED);
      try (DaxFile file = fs.open("/f", RW)) {
        file.append(page(1));
        file.fsync();
        long commit = fs.statfs().generation();
        file.append(page(2));
        file.write(100, FsFixture.bytes(7, 9));
        file.fsync();
        assertEquals(commit, fs.statfs().generation());
        byte[] expected = pages(1, 2);
        Arrays.fill(expected, 100, 107, (byte) 9);
        disk.powerLoss().assertFile("/f", expected);
        file.truncate(PAGE);
        file.append(page(3));
        file.fsync();
        System.arraycopy(pages(3), 0, expected, PAGE, PAGE);
        disk.powerLoss().assertFile("/f", expected);
      }
    }
  }

  @Test
  @DisplayName("Whatever of lines and words arrives, an fsync of a file in DRAM is whole")
  void cachedAnyLines() throws IOException { // 16
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> images = new ArrayList<>();
    try (LogDisk disk =
        LogDisk.format(2 << 20, r -> PowerFailures.collecting(r, random, 1, images))) {
      DaxFileSystem fs = disk.mount(CACHED);
      List<Integer> after = new ArrayList<>();
      try (DaxFile file = fs.open("/f", RW)) {
        for (int i = 1; i <= 8; i++) {
          file.append(page(i, i));
          file.fsync();
          after.add(images.size());
        }
      }
      byte[] all = pages(1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8);
      for (int i = after.getFirst(); i < after.getLast(); i++) {
        int image = i;
        int sure = (int) after.stream().filter(n -> n <= image).count();
        try (LogDisk lost = LogDisk.of(images.get(i))) {
          byte[] found = LogDisk.read(lost.mount(), "/f");
          String what = "seed " + seed + ", image " + i;
          assertTrue(found.length >= sure * 2 * PAGE, what);
          assertArrayEquals(Arrays.copyOf(all, found.length), found, what);
          lost.unmount();
          assertEquals(List.of(), lost.check().defects(), what);
        }
      }
    }
  }

  @Test
  @DisplayName("A file that was closed while nothing could be written goes on with its numbers")
  void closedWhileReadOnly() throws IOException { // 44, 53
    try (LogDisk disk = LogDisk.format(8 << 20)) {
      DaxFileSystem fs = disk.fs();
      DaxFile file = fs.open("/f", RW);
      file.append(page(1));
      file.inode.fold(true);
      fs.sync();
      file.write(0, page(2)); // a time alone is told
      file.append(page(3));
      fs.setReadOnly(true);
      file.close();
      try (DaxFile reader = fs.open("/f")) {
        assertEquals(2 * PAGE, reader.sizeBytes());
      }
      fs.setReadOnly(false);
      disk.assertAfterKill("/f", pages(2, 3));
      try (DaxFile again = fs.open("/f", RW)) {
        again.append(page(4));
        disk.assertAfterKill("/f", pages(2, 3, 4));
      }
      disk.assertAfterKill("/f", pages(2, 3, 4));
    }
  }

  @Test
  @DisplayName(
      "A time that was told alone before a read-only remount hides nothing that comes after")
  void timeBeforeReadOnly() throws IOException {
    try (LogDisk disk = LogDisk.format(8 << 20)) {
      DaxFileSystem fs = disk.fs();
      DaxFile file = fs.open("/f", RW);
      file.append(page(1));
      file.inode.fold(true);
      fs.sync();
      file.inode.setModified(0);
      file.write(0, page(2)); // a time alone is told
      fs.setReadOnly(true);
      file.close();
      fs.setReadOnly(false);
      try (DaxFile again = fs.open("/f", RW)) {
        for (int i = 3; i < 6; i++) {
          again.append(page(i));
        }
        disk.assertAfterKill("/f", pages(2, 3, 4, 5));
      }
    }
  }

  @Test
  @DisplayName("Without a log an fsync of a file in DRAM commits what it has to tell")
  void cachedWithoutALog() throws IOException { // 41
    try (LogDisk disk = LogDisk.recording(1 << 20)) {
      byte[] expected = new byte[30];
      for (int end = 10; end <= 30; end += 10) { // the last are sizes alone
        try (DaxFile file = disk.mount(CACHED).open("/f", RW)) {
          file.append(FsFixture.bytes(10, 2));
          file.fsync();
          Arrays.fill(expected, 0, end, (byte) 2);
          disk.powerLoss().assertFile("/f", Arrays.copyOf(expected, end));
        }
      }
    }
  }
}
