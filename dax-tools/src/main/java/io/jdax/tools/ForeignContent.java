package io.jdax.tools;

import static io.jdax.tools.Signature.every;
import static io.jdax.tools.Signature.hex;
import static io.jdax.tools.Signature.text;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Knows what others keep on a device: file systems, containers of volumes, encryption, swap,
 * partition tables, and pools of persistent memory, by the signatures that libblkid (util-linux)
 * and PMDK look for. A signature may be there by chance, and then a person decides.
 */
final class ForeignContent {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;

  /** The place of its signature, in the last 4 KiB. */
  private static final long DRBD = -4 * KIB + 60;

  private record Kind(String name, List<Signature> signatures) {}

  private static Kind kind(String name, Signature... any) {
    return new Kind(name, List.of(any));
  }

  /** What lies inside others comes first, since a file system may begin like a partition table. */
  private static final List<Kind> KINDS =
      List.of(
          kind("an XFS file system", text("XFSB", 0)),
          kind("a Btrfs file system", text("_BHRfS_M", 64 * KIB + 64)),
          kind("an F2FS file system", hex("1020f5f2", KIB, 5 * KIB)),
          kind("an exFAT file system", text("EXFAT   ", 3)),
          kind("an NTFS file system", text("NTFS    ", 3)),
          kind("a ReFS file system", hex("0000005265465300", 0)),
          kind(
              "a FAT file system",
              text("FAT12   ", 54),
              text("FAT16   ", 54),
              text("FAT     ", 54),
              text("MSDOS", 54),
              text("FAT32   ", 82),
              text("MSWIN", 82)),
          kind("an ISO 9660 file system", text("CD001", 32 * KIB + 1, 32 * KIB + 9)),
          kind(
              "a UDF file system",
              text("BEA01", 32 * KIB + 1),
              text("NSR02", every(2 * KIB, 32 * KIB + 1, 64 * KIB)),
              text("NSR03", every(2 * KIB, 32 * KIB + 1, 64 * KIB))),
          kind(
              "a SquashFS file system",
              text("hsqs", 0),
              text("sqsh", 0),
              text("hsqt", 0),
              text("tqsh", 0)),
          kind("an EROFS file system", hex("e2e1f5e0", KIB)),
          kind("a cramfs file system", hex("453dcd28", 0), hex("28cd3d45", 0)),
          kind("a romfs file system", text("-rom1fs-", 0)),
          kind("a JFS file system", text("JFS1", 32 * KIB)),
          kind("a BFS file system", hex("cefaad1b", 0)),
          kind("a BeFS file system", text("BFS1", 32, 544), text("1SFB", 32, 544)),
          kind("an HPFS file system", hex("49e895f9", 8 * KIB)),
          kind("a VxFS file system", hex("f5fc01a5", KIB), hex("a501fcf5", 8 * KIB)),
          kind("a UBI device, or its file system", text("UBI#", 0), hex("31181006", 0)),
          kind("a zonefs file system", text("SFOZ", 0)),
          kind(
              "a ReiserFS file system",
              text("ReIsErFs", 64 * KIB + 52, 8 * KIB + 52),
              text("ReIsEr2Fs", 64 * KIB + 52),
              text("ReIsEr3Fs", 64 * KIB + 52),
              text("ReIsEr4", 64 * KIB)),
          kind("a NILFS2 file system", hex("0200000000003434", KIB)),
          kind("an HFS+ file system", hex("482b0004", KIB), hex("48580005", KIB)),
          kind("an APFS container", text("NXSB", 32)),
          kind(
              "a UFS file system",
              hex("54190100", 8 * KIB + 1372, 64 * KIB + 1372),
              hex("19015419", 8 * KIB + 1372, 64 * KIB + 1372)),
          kind("an OCFS2 file system", text("OCFSV2", every(512, KIB, 8 * KIB))),
          kind("a GFS2 file system", hex("01161970", 64 * KIB)),
          kind("a VMFS volume", hex("0dd001c0", MIB), hex("5ef1ab2f", 2 * MIB)),
          kind(
              "a bcache or bcachefs device",
              hex("c68573f64e1a45ca8265f57f48ba6d81", 4 * KIB + 24),
              hex("c68573f666ce90a9d96a60cf803df7ef", 4 * KIB + 24)),
          kind(
              "a LUKS volume",
              hex("4c554b53babe", 0),
              hex("534b554cbabe", 16 * KIB, 32 * KIB, 64 * KIB, 128 * KIB, 256 * KIB, 512 * KIB),
              hex("534b554cbabe", MIB, 2 * MIB, 4 * MIB)),
          kind("a BitLocker volume", text("-FVE-FS-", 3)),
          kind("an LVM2 physical volume", text("LABELONE", 0, 512, KIB, KIB + 512)),
          kind("an LVM1 physical volume", hex("484d0100", 0), hex("484d0200", 0)),
          kind("a device-mapper snapshot", text("SnAp", 0)),
          kind(
              "a DRBD device", hex("8374026b", DRBD), hex("8374026c", DRBD), hex("8374026d", DRBD)),
          kind("a Stratis pool", hex("215374726130746973", 516, 8 * KIB + 516)),
          kind("a VDO volume", text("dmvdo001", 0)),
          kind("a dm-integrity or dm-verity volume", text("integrit", 0), text("verity\0\0", 0)),
          kind("a Ceph BlueStore device", text("bluestore block device", 0)),
          kind("an Oracle ASM disk", text("ORCLDISK", 32)),
          kind("a member of an md RAID", hex("fc4e2ba9", 0, 4 * KIB), hex("a92b4efc", 0, 4 * KIB)),
          kind(
              "swap space, or a hibernated system",
              swap("SWAPSPACE2"),
              swap("SWAP-SPACE"),
              swap("S1SUSPEND"),
              swap("S2SUSPEND"),
              swap("ULSUSPEND"),
              swap("LINHIB0001")),
          kind(
              "a pool of PMDK",
              text("PMEMPOOL", 0),
              text("PMEMOBJ\0", 0),
              text("PMEMBLK\0", 0),
              text("PMEMLOG\0", 0),
              text("PMEMSET\0", 0)),
          kind("a block translation table", text("BTT_ARENA_INFO", 0, 4 * KIB)),
          kind(
              "a namespace of persistent memory",
              text("NVDIMM_PFN_INFO", 4 * KIB),
              text("NVDIMM_DAX_INFO", 4 * KIB)),
          kind("a GPT partition table", text("EFI PART", 512, 4 * KIB, -512, -4 * KIB)),
          kind("an Apple partition table", hex("504d0000", 512)),
          kind("an SGI partition table", hex("0be5a941", 0)),
          kind("a BSD disk label", hex("57455682", 64, 512)));

  private ForeignContent() {}

  /** A signature at the end of the first page, whatever size pages had. */
  private static Signature swap(String text) {
    long end = 10;
    return text(text, 4 * KIB - end, 8 * KIB - end, 16 * KIB - end, 32 * KIB - end, 64 * KIB - end);
  }

  /** What the memory seems to hold, with its article, or null for nothing that is known. */
  static @Nullable String in(MemorySegment memory) {
    if (TwoByteMagic.isExt(memory)) {
      return "an ext2, ext3 or ext4 file system";
    }
    if (isZfs(memory)) {
      return "a ZFS pool";
    }
    for (Kind kind : KINDS) {
      if (kind.signatures.stream().anyMatch(signature -> signature.isIn(memory))) {
        return kind.name;
      }
    }
    if (isMdAtTheEnd(memory)) {
      return "a member of an md RAID";
    }
    if (TwoByteMagic.isMinix(memory)) {
      return "a Minix file system";
    }
    if (TwoByteMagic.isHfs(memory)) {
      return "an HFS file system";
    }
    return TwoByteMagic.isPartitioned(memory) ? "a partition table, or a boot sector" : null;
  }

  /** Whether one of its four labels of 256 KiB, two at each end, has an uberblock. */
  private static boolean isZfs(MemorySegment memory) {
    long label = 256 * KIB;
    long end = memory.byteSize() / label * label;
    for (long start : new long[] {0, label, end - 2 * label, end - label}) {
      long[] places = every(KIB, start + label / 2, start + label - KIB);
      if (start >= 0
          && (hex("0cb1ba0000000000", places).isIn(memory)
              || hex("0000000000bab10c", places).isIn(memory))) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is a superblock of version 0.90 or 1.0. */
  private static boolean isMdAtTheEnd(MemorySegment memory) {
    long size = memory.byteSize();
    long old = size / (64 * KIB) * (64 * KIB) - 64 * KIB;
    long newer = (size / 512 - 16 & ~7) * 512;
    return size >= 128 * KIB
        && (hex("fc4e2ba9", old, newer).isIn(memory) || hex("a92b4efc", old, newer).isIn(memory));
  }
}
