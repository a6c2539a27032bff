package io.jdax.os;

import static io.jdax.os.Libc.failUnlessInterrupted;
import static io.jdax.os.Libc.fails;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.machine.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Where the bytes of a file lie, by the FIEMAP ioctl (Documentation/filesystems/fiemap.rst). */
public final class Fiemap {
  private static final long FS_IOC_FIEMAP = 0xC020660BL;
  private static final int FIEMAP_EXTENT_LAST = 1;

  /** Extents that one call can tell of. */
  private static final int BATCH = 64;

  private static final CFunction IOCTL = CFunction.of("ioctl");

  private Fiemap() {}

  /** The extents of a file in the order of their offsets; holes have none. */
  public static List<DeviceExtent> extents(int fd, String subject) throws SystemCallException {
    List<DeviceExtent> extents = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      // struct fiemap is 32 bytes: start, length, flags, mapped_extents, extent_count, reserved;
      // struct fiemap_extent is 56: logical @0, physical @8, length @16, flags @40
      MemorySegment map = arena.allocate(32 + BATCH * 56L, 8);
      long start = 0;
      while (true) {
        map.fill((byte) 0);
        map.set(JAVA_LONG, 0, start);
        map.set(JAVA_LONG, 8, Long.MAX_VALUE - start);
        map.set(JAVA_INT, 24, BATCH);
        while (fails("ioctl") || IOCTL.call(fd, FS_IOC_FIEMAP, map.address()) != 0) {
          failUnlessInterrupted("ioctl(FIEMAP)", subject);
        }
        int count = map.get(JAVA_INT, 20);
        boolean last = count == 0;
        for (int i = 0; i < count; i++) {
          long at = 32 + i * 56L;
          DeviceExtent extent =
              new DeviceExtent(
                  map.get(JAVA_LONG, at), map.get(JAVA_LONG, at + 8), map.get(JAVA_LONG, at + 16));
          extents.add(extent);
          start = extent.fileOffset() + extent.length();
          last |= (map.get(JAVA_INT, at + 40) & FIEMAP_EXTENT_LAST) != 0;
        }
        if (last) {
          return extents;
        }
      }
    }
  }
}
