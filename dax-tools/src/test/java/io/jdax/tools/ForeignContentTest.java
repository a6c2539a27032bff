package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignContentTest {
  private static final int BYTES = 1 << 20;

  @TempDir Path folder = Path.of("");

  private static byte[] bytes(String text) {
    return text.startsWith("0x")
        ? HexFormat.of().parseHex(text.substring(2))
        : text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Zeros with this among them; negative places count from the end. */
  private Path image(int place, byte[] bytes) throws IOException {
    Path image = Files.write(folder.resolve("image"), new byte[BYTES]);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(place < 0 ? BYTES + place : place);
      file.write(bytes);
    }
    return image;
  }

  @ParameterizedTest(name = "{2}")
  @DisplayName("mkfs refuses what looks like somebody's data, names it, and leaves it as it is")
  @CsvSource({
    "1080, 0x53ef, ext4",
    "0, XFSB, XFS",
    "65600, _BHRfS_M, Btrfs",
    "1024, 0x1020f5f2, F2FS",
    "54, 'FAT16   ', FAT",
    "82, 'FAT32   ', FAT",
    "3, 'EXFAT   ', exFAT",
    "3, 'NTFS    ', NTFS",
    "32769, CD001, ISO 9660",
    "0, hsqs, SquashFS",
    "4086, SWAPSPACE2, swap",
    "65526, SWAPSPACE2, swap",
    "0, 0x4c554b53babe, LUKS",
    "512, LABELONE, LVM2",
    "4096, 0xfc4e2ba9, md RAID",
    "0, 0xfc4e2ba9, md RAID",
    "-8192, 0xfc4e2ba9, md RAID",
    "-65536, 0xfc4e2ba9, md RAID",
    "131072, 0x0cb1ba0000000000, ZFS",
    "-131072, 0x0cb1ba0000000000, ZFS",
    "512, EFI PART, GPT",
    "-512, EFI PART, GPT",
    "510, 0x55aa, partition table",
    "0, PMEMPOOL, PMDK",
    "1024, 0x400000010100010005000000ffffffff8f13, Minix",
    "1024, 0x4000000000000100010005000000000000000000000000005a4d, Minix",
    "1024, 0x424400000000000000000000000000000000000000000200, HFS",
    "0, 0xcefaad1b, BFS",
    "544, BFS1, BeFS",
    "8192, 0x49e895f9, HPFS",
    "-4036, 0x8374026d, DRBD",
    "0, SnAp, snapshot",
    "512, 0x504d0000, Apple partition table",
    "0, 0x0be5a941, SGI partition table",
    "512, 0x57455682, BSD disk label",
  })
  void refused(int place, String signature, String name) throws IOException {
    Path image = image(place, bytes(signature));
    byte[] before = Files.readAllBytes(image);
    jdax("mkfs", image).fails(name);
    jdax("mkfs", image).fails("only --force overwrites");
    assertArrayEquals(before, Files.readAllBytes(image));
    jdax("mkfs", image, "--force").works();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("Two bytes that one kind begins with, without sense around them, are nobody's")
  @CsvSource({"1040, 0x8f13", "1048, 0x5a4d", "1024, 0x4244"})
  void chance(int place, String signature) throws IOException {
    jdax("mkfs", image(place, bytes(signature))).works();
  }

  @Test
  @DisplayName("Zeros and text are nobody's file system")
  void nobodys() throws IOException {
    jdax("mkfs", image(0, new byte[0])).works();
    jdax("mkfs", image(0, "just text".repeat(10_000).getBytes(StandardCharsets.UTF_8))).works();
  }

  @Test
  @DisplayName("A region of one block is refused with a sentence by every command")
  void oneBlock() throws IOException {
    Path one = Files.write(folder.resolve("one"), new byte[4096]);
    for (String command : "info df ls stat".split(" ")) {
      jdax(command, one).fails("one: holds no jdax file system");
    }
    jdax("mkfs", one).fails("at least 64 are needed");
    Outcome check = jdax("check", one);
    assertEquals(CheckCommand.OPERATIONAL, check.code());
    assertFalse(check.err().contains("bug"), check.err());
    assertEquals(1, check.err().lines().count());
  }
}
