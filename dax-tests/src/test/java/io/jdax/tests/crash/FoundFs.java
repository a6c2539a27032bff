package io.jdax.tests.crash;

import static java.util.Objects.requireNonNull;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.check.CheckReport;
import io.jdax.fs.check.Defect;
import io.jdax.fs.check.DefectCode;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.QuotaStat;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that there is in a file system, as read after a mount. */
final class FoundFs {
  /** What a name names. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Found(
      FileStat stat,
      @Nullable String target,
      byte @Nullable [] content,
      @Nullable FileFacts facts) {
    long inode() {
      return stat.inode();
    }
  }

  private static final int FALLBACK_ONE_IN = 32;
  private static final int MAPPED_ONE_IN = 8;
  private static final int RECOVERED_ONE_IN = 1024;
  private static final int CHECKED_ONE_IN = Integer.getInteger("jdax.test.checkOneIn", 8);

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  final Map<String, Found> names = new TreeMap<>();

  private final DaxFileSystem fs;

  /** Files are read through mappings too. */
  private final boolean mapped;

  /** In use, and neither metadata nor a file's. */
  private long unclaimedBytes;

  private FoundFs(DaxFileSystem fs, boolean mapped) throws IOException {
    this.fs = fs;
    this.mapped = mapped;
    directory("/");
    for (QuotaStat quota : fs.quotas()) {
      counts(quota);
    }
    books();
  }

  /**
   * What the file system tells of itself agrees with what is there: link counts with names, the
   * counts of directories with what is in them, and blocks in use with what files and metadata
   * have.
   */
  private void books() throws IOException {
    Map<Long, Integer> namesOf = new HashMap<>();
    Map<String, Integer> directoriesIn = new HashMap<>();
    Map<String, Integer> namesIn = new HashMap<>();
    Map<Long, FileStat> stats = new HashMap<>();
    for (Map.Entry<String, Found> each : names.entrySet()) {
      String path = each.getKey();
      FileStat stat = each.getValue().stat;
      stats.put(stat.inode(), stat);
      namesOf.merge(stat.inode(), 1, Integer::sum);
      String parent = path.substring(0, path.lastIndexOf('/'));
      namesIn.merge(parent, 1, Integer::sum);
      if (stat.type() == FileType.DIRECTORY) {
        directoriesIn.merge(parent, 1, Integer::sum);
      }
    }
    for (Map.Entry<String, Found> each : names.entrySet()) {
      FileStat stat = requireNonNull(stats.get(each.getValue().inode()));
      if (stat.type() == FileType.DIRECTORY) {
        directory(each.getKey(), stat, namesIn, directoriesIn);
      } else {
        told(each.getKey() + ": links", requireNonNull(namesOf.get(stat.inode())), stat.links());
      }
    }
    directory("", fs.lstat("/"), namesIn, directoriesIn);
    FileSystemStat all = fs.statfs();
    long data = 0;
    for (FileStat stat : stats.values()) {
      data += stat.allocatedBytes();
    }
    told("inodes", stats.size() + 1, all.inodes());
    unclaimedBytes =
        (all.totalBlocks() - all.freeBlocks()) * all.blockSize()
            - data
            - all.metadataBlocks() * all.blockSize();
  }

  private static void directory(
      String path, FileStat stat, Map<String, Integer> names, Map<String, Integer> directories) {
    told(path + "/: names", names.getOrDefault(path, 0), stat.sizeBytes());
    told(path + "/: links", 2 + directories.getOrDefault(path, 0), stat.links());
  }

  private static void told(String what, long there, long told) {
    if (there != told) {
      throw new AssertionError(what + ": " + told + " are told, and there are " + there);
    }
  }

  /** What a mount counts for a project is what its inodes have. */
  private void counts(QuotaStat quota) throws IOException {
    long bytes = 0;
    long inodes = 1;
    for (Map.Entry<String, Found> each : names.entrySet()) {
      String path = each.getKey();
      FileStat stat = each.getValue().stat;
      boolean below = path.startsWith(quota.directory() + "/");
      if (below != (stat.project() == quota.project()) && !path.equals(quota.directory())) {
        throw new AssertionError(
            path + " tells project " + stat.project() + ", and there is " + quota);
      }
      bytes += below ? stat.allocatedBytes() : 0;
      inodes += below ? 1 : 0;
    }
    if (bytes != quota.usedBytes() || inodes != quota.usedInodes()) {
      throw new AssertionError(quota + " where there are " + bytes + " bytes, " + inodes);
    }
  }

  /**
   * Mounts, reads, compares; of one state in so many it also sees whether life goes on, of another
   * whether the older superblock would do, of more whether mappings show the same. The id decides,
   * and not the image, in which there are times: so a state that is looked at again is looked at in
   * the same way.
   */
  static void verify(PmemBlockDevice device, String id, FsPromise promise, int livesOneIn)
      throws IOException {
    if (!promise.unformatted() && Math.floorMod(id.hashCode(), FALLBACK_ONE_IN) == 1) {
      Fallback.verify(device);
      if (LogWorkloads.isToldByRecords(FsKind.of(id))) {
        verify(device, isMapped(id), promise);
      }
      return;
    }
    if (!promise.unformatted() && isChecked(id)) {
      check(device);
    }
    if (livesOneIn > 0 && !promise.unformatted() && isRecovered(id)) {
      Recovery.verify(device, id, promise, 0);
    }
    boolean lives =
        livesOneIn > 0 && !FsKind.of(id).full() && Math.floorMod(id.hashCode(), livesOneIn) == 0;
    FoundFs found;
    try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
      found = new FoundFs(fs, isMapped(id));
      promise.verify(found);
      if (lives) {
        try (DaxFile file = fs.open("/lives", OpenMode.WRITE, OpenMode.CREATE_NEW)) {
          file.write(100, MemorySegment.ofArray(new byte[9000]));
          file.fsync();
        }
        fs.unlink("/lives");
      }
    }
    // What a mount takes from files that nobody can open any more is free some commits later.
    if (lives || found.unclaimedBytes != 0) {
      try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
        FoundFs again = new FoundFs(fs, false);
        promise.verify(again);
        told("bytes in use and nobody's", 0, again.unclaimedBytes);
      }
    }
  }

  private static void verify(PmemBlockDevice device, boolean mapped, FsPromise promise)
      throws IOException {
    try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
      promise.verify(new FoundFs(fs, mapped));
    }
  }

  /** Scattered otherwise than the other choices, which look at the low bits. */
  static boolean isMapped(String id) {
    return (id.hashCode() * 0x9E3779B9 >>> 16) % MAPPED_ONE_IN == 0;
  }

  private static boolean isRecovered(String id) {
    return (id.hashCode() * 0xC2B2AE35 >>> 16) % RECOVERED_ONE_IN == 0;
  }

  private static boolean isChecked(String id) {
    return (id.hashCode() * 0x85EBCA6B >>> 16) % CHECKED_ONE_IN == 0;
  }

  /** All that a crash may leave is sound, but for a superblock slot in the middle of its write. */
  private static void check(PmemBlockDevice device) throws IOException {
    CheckReport report = FileSystemCheck.check(device);
    List<Defect> wrong = report.defects().stream().filter(d -> d.code() != DefectCode.SB1).toList();
    if (!wrong.isEmpty()) {
      throw new AssertionError("the check finds " + wrong);
    }
  }

  private void directory(String path) throws IOException {
    for (DirectoryEntry entry : fs.list(path).toList()) {
      String name = path + entry.name();
      names.put(name, found(name, entry));
      if (entry.type() == FileType.DIRECTORY) {
        directory(name + "/");
      }
    }
  }

  private Found found(String path, DirectoryEntry entry) throws IOException {
    if (entry.type() == FileType.SYMLINK) {
      return new Found(lstat(path, entry), fs.readSymlink(path), null, null);
    }
    if (entry.type() == FileType.DIRECTORY) {
      return new Found(lstat(path, entry), null, null, null);
    }
    try (DaxFile file = fs.open(path)) {
      FileStat stat = file.stat();
      Map<String, byte[]> attributes = new HashMap<>();
      for (String name : fs.attributes(path)) {
        attributes.put(name, fs.attribute(path, name));
      }
      byte[] content = new byte[Math.toIntExact(file.sizeBytes())];
      if (content.length > 0) {
        byte[] shown = mapped ? loaded(file, content.length) : content;
        file.read(0, MemorySegment.ofArray(content));
        int differs = Arrays.mismatch(content, shown);
        if (differs >= 0) {
          throw new AssertionError(
              "%s: a mapping shows %d at byte %d, and read() %d"
                  .formatted(path, shown[differs], differs, content[differs]));
        }
      }
      told(path + ": inode", entry.inode(), stat.inode());
      return new Found(
          stat,
          null,
          content,
          new FileFacts(
              stat.permissions(),
              stat.uid(),
              stat.gid(),
              stat.modified(),
              stat.accessed(),
              attributes));
    }
  }

  private FileStat lstat(String path, DirectoryEntry entry) throws IOException {
    FileStat stat = fs.lstat(path);
    told(path + ": inode", entry.inode(), stat.inode());
    return stat;
  }

  /**
   * By loads, before anything else has read the file: the first word of each page and the last
   * byte, then all of it.
   */
  private static byte[] loaded(DaxFile file, int size) throws IOException {
    byte[] bytes = new byte[size];
    try (DaxMapping mapping = file.map(0, size)) {
      byte last = mapping.getByte(size - 1);
      long[] words = new long[size / FsRun.PAGE];
      for (int page = 0; page < words.length; page++) {
        words[page] = mapping.getLong((long) page * FsRun.PAGE);
      }
      mapping.copyTo(0, MemorySegment.ofArray(bytes), 0, size);
      told("last byte of " + size, bytes[size - 1], last);
      for (int page = 0; page < words.length; page++) {
        told("word of page " + page, (long) WORD.get(bytes, page * FsRun.PAGE), words[page]);
      }
    }
    return bytes;
  }
}
