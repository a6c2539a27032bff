package io.jdax.region;

import io.jdax.machine.Reading;
import io.jdax.os.FileStatus;
import io.jdax.os.FileSystemType;
import io.jdax.os.LinuxFiles;
import io.jdax.os.Pages;
import io.jdax.os.Sysfs;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a descriptor turned out to be.
 *
 * @param kind FILE until MAP_SYNC is obtained, which makes it FSDAX
 * @param sizeBytes of the file or device
 * @param alignmentBytes what sizes and addresses must be multiples of
 * @param device the folder in sysfs of the dax device, or of the block device that the file lies
 *     on; null if there is none
 */
record MediaClass(RegionKind kind, long sizeBytes, long alignmentBytes, @Nullable Path device) {
  static MediaClass of(int fd, String name, FileStatus status) throws IOException {
    if (status.isDirectory()) {
      throw new UnsupportedRegionException(name, "is a directory");
    }
    if (status.isBlockDevice()) {
      throw new UnsupportedRegionException(
          name,
          "is a block device, which maps through the page cache; use a file on a DAX mount of it,"
              + " or make it a device-dax namespace (ndctl create-namespace -m devdax)");
    }
    if (status.isCharacterDevice()) {
      return characterDevice(name, status);
    }
    if (!status.isRegular()) {
      throw new UnsupportedRegionException(name, "is neither a regular file nor a device-dax");
    }
    FileSystemType fs = LinuxFiles.fileSystem(fd, name);
    if (fs.magic() == FileSystemType.TMPFS_MAGIC || fs.magic() == FileSystemType.RAMFS_MAGIC) {
      return new MediaClass(RegionKind.EMULATED, status.sizeBytes(), Pages.BYTES, null);
    }
    if (fs.magic() == FileSystemType.HUGETLBFS_MAGIC) {
      return new MediaClass(RegionKind.EMULATED, status.sizeBytes(), fs.blockSizeBytes(), null);
    }
    Path device =
        Sysfs.current().blockDevice(status.deviceMajor(), status.deviceMinor()).orElse(Path.of(""));
    return new MediaClass(
        RegionKind.FILE,
        status.sizeBytes(),
        Pages.BYTES,
        device.toString().isEmpty() ? null : device);
  }

  /** No system call tells the length and the alignment of a device-dax, but sysfs has both. */
  private static MediaClass characterDevice(String name, FileStatus status) throws IOException {
    Sysfs sysfs = Sysfs.current();
    Reading<Path> device = sysfs.characterDevice(status.specialMajor(), status.specialMinor());
    if (!(device instanceof Reading.Value<Path>(Path dir))
        || !(Sysfs.read(dir.resolve("size")) instanceof Reading.Value<String>)) {
      throw new UnsupportedRegionException(name, "is a character device, but not a device-dax");
    }
    return new MediaClass(RegionKind.DEVDAX, number(name, dir, "size"), alignment(name, dir), dir);
  }

  /** Before Linux 5.10 the dax region above the device had the alignment. */
  private static long alignment(String name, Path dir) throws IOException {
    return Sysfs.current().ascend(dir, "dax_region/align")
            instanceof Reading.Value<Path>(Path above)
        ? number(name, above.resolve("dax_region"), "align")
        : number(name, dir, "align");
  }

  private static long number(String name, Path dir, String attribute) throws IOException {
    Reading<Long> reading = Sysfs.read(dir.resolve(attribute)).map(Long::decode);
    if (reading instanceof Reading.Value<Long>(Long value)) {
      return value;
    }
    throw new UnsupportedRegionException(
        name, "the kernel does not tell the device's " + attribute + ": " + reading);
  }

  boolean isMemoryFile() {
    return kind == RegionKind.EMULATED || kind == RegionKind.ANONYMOUS;
  }

  MediaClass withSize(long bytes) {
    return new MediaClass(kind, bytes, alignmentBytes, device);
  }

  MediaClass withKind(RegionKind other) {
    return new MediaClass(other, sizeBytes, alignmentBytes, device);
  }
}
