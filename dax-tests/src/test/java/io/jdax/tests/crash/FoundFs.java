package io.jdax.tests.crash;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.DirectoryEntry;
import io.jdax.fs.FileStat;
import io.jdax.fs.FileType;
import io.jdax.fs.OpenMode;
import io.jdax.fs.QuotaStat;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** All that there is in a file system, as read after a mount. */
final class FoundFs {
  /** What a name names. */
  record Found(
      long inode, String target, byte[] content, int permissions, Map<String, byte[]> attributes) {}

  private static final int FALLBACK_ONE_IN = 32;
  private static final int MAPPED_ONE_IN = 8;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  final Map<String, Found> names = new TreeMap<>();

  private final DaxFileSystem fs;

  /** Files are read through mappings too. */
  private final boolean mapped;

  private FoundFs(DaxFileSystem fs, boolean mapped) throws IOException {
    this.fs = fs;
    this.mapped = mapped;
    directory("/");
    for (QuotaStat quota : fs.quotas()) {
      counts(quota);
    }
  }

  /** What a mount counts for a project is what its inodes have. */
  private void counts(QuotaStat quota) throws IOException {
    long bytes = 0;
    long inodes = 1;
    for (String path : names.keySet()) {
      FileStat stat = fs.lstat(path);
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
      return;
    }
    boolean lives = livesOneIn > 0 && Math.floorMod(id.hashCode(), livesOneIn) == 0;
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
    if (lives) {
      try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
        promise.verify(new FoundFs(fs, false));
      }
    }
  }

  /** Scattered otherwise than the other choices, which look at the low bits. */
  static boolean isMapped(String id) {
    return (id.hashCode() * 0x9E3779B9 >>> 16) % MAPPED_ONE_IN == 0;
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
      return new Found(entry.inode(), fs.readSymlink(path), null, 0, Map.of());
    }
    if (entry.type() == FileType.DIRECTORY) {
      return new Found(entry.inode(), null, null, 0, Map.of());
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
      return new Found(entry.inode(), null, content, stat.permissions(), attributes);
    }
  }

  /** By loads, before anything else has read the file: words up to the last one, then bytes. */
  private static byte[] loaded(DaxFile file, int size) throws IOException {
    byte[] bytes = new byte[size];
    try (DaxMapping mapping = file.map(0, size)) {
      int at = 0;
      for (; at + 8 <= size; at += 8) {
        WORD.set(bytes, at, mapping.getLong(at));
      }
      for (; at < size; at++) {
        bytes[at] = mapping.getByte(at);
      }
    }
    return bytes;
  }
}
