package io.jdax.os;

/**
 * What statx(2) says of an open file.
 *
 * @param mode type and permission bits
 * @param links how many names the file has
 * @param sizeBytes length of a regular file
 * @param deviceMajor major number of the device the file lies on
 * @param deviceMinor minor number of the device the file lies on
 * @param specialMajor major number of the device that the file is, for a device file
 * @param specialMinor minor number of the device that the file is, for a device file
 */
public record FileStatus(
    int mode,
    int links,
    long sizeBytes,
    int deviceMajor,
    int deviceMinor,
    int specialMajor,
    int specialMinor) {
  private static final int S_IFMT = 0xF000;

  /** The permissions, which are the lowest nine bits of the mode. */
  public int permissions() {
    return mode & 0777;
  }

  public boolean isRegular() {
    return (mode & S_IFMT) == 0x8000;
  }

  public boolean isDirectory() {
    return (mode & S_IFMT) == 0x4000;
  }

  public boolean isCharacterDevice() {
    return (mode & S_IFMT) == 0x2000;
  }

  public boolean isBlockDevice() {
    return (mode & S_IFMT) == 0x6000;
  }
}
