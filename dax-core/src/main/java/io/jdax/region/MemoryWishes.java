package io.jdax.region;

import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import io.jdax.os.LinuxFiles;
import io.jdax.os.LinuxMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Carries out what a caller wishes of a region's memory: its node, huge pages, presence. */
final class MemoryWishes {
  private final RegionBuilder wish;
  private final MediaClass media;
  private final int fd;
  private final long address;
  private final String name;
  private final List<String> told = new ArrayList<>();

  MemoryWishes(RegionBuilder wish, MediaClass media, int fd, long address, String name) {
    this.wish = wish;
    this.media = media;
    this.fd = fd;
    this.address = address;
    this.name = name;
  }

  /** Returns a phrase for each wish, which says that it was fulfilled, or why not. */
  String apply(boolean created) throws IOException {
    if (wish.numaNode != RegionBuilder.ANY_NODE) {
      advise(
          "NUMA node " + wish.numaNode,
          () -> LinuxMemory.preferNode(address, media.sizeBytes(), wish.numaNode, name));
    }
    if (wish.hugePages) {
      advise(
          "huge pages",
          () -> LinuxMemory.madvise(address, media.sizeBytes(), LinuxMemory.MADV_HUGEPAGE, name));
    }
    if (wish.populate) {
      populate(created);
    }
    return String.join("; ", told);
  }

  private interface Call {
    void run() throws SystemCallException;
  }

  private void advise(String what, Call call) {
    if (!media.isMemoryFile()) {
      told.add(what + ": not the kernel's choice for a " + media.kind().description());
      return;
    }
    try {
      call.run();
      told.add(what + ": asked for");
    } catch (SystemCallException e) {
      told.add(what + ": " + e.getMessage());
    }
  }

  private void populate(boolean created) throws IOException {
    if (!wish.readOnly && media.kind() != RegionKind.DEVDAX) {
      try {
        LinuxFiles.fallocate(fd, LinuxFiles.FALLOC_FL_KEEP_SIZE, 0, media.sizeBytes(), name);
      } catch (SystemCallException e) {
        // A file system without fallocate allocates as the pages are written below.
        if (e.errno() != Errno.EOPNOTSUPP) {
          throw noSpace(e, created);
        }
      }
    }
    int advice = wish.readOnly ? LinuxMemory.MADV_POPULATE_READ : LinuxMemory.MADV_POPULATE_WRITE;
    try {
      LinuxMemory.madvise(address, media.sizeBytes(), advice, name);
      told.add("populated");
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EINVAL) {
        throw noSpace(e, created);
      }
      told.add("blocks allocated; pages not made present (the kernel knows no MADV_POPULATE)");
    }
  }

  private IOException noSpace(SystemCallException e, boolean created) {
    if (e.errno() != Errno.ENOSPC && e.errno() != Errno.ENOMEM && e.errno() != Errno.EFAULT) {
      return e;
    }
    RegionSizeException refused =
        new RegionSizeException(
            name,
            "there is no space to populate "
                + media.sizeBytes()
                + " bytes"
                + (created ? "; the file was removed again" : "")
                + " ("
                + e.getMessage()
                + ")");
    refused.initCause(e);
    return refused;
  }
}
