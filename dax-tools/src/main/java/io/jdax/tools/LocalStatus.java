package io.jdax.tools;

import java.time.Instant;

/** What statx(2) says of a local file. */
record LocalStatus(
    int mode, long sizeBytes, FileKey key, long specialDevice, Instant accessed, Instant modified) {
  private static final int S_IFMT = 0xF000;

  /** Which file it is, whatever its names are. */
  record FileKey(long device, long inode) {}

  boolean isRegular() {
    return (mode & S_IFMT) == 0x8000;
  }

  boolean isDirectory() {
    return (mode & S_IFMT) == 0x4000;
  }

  boolean isSymbolicLink() {
    return (mode & S_IFMT) == 0xA000;
  }

  private boolean isDevice() {
    return (mode & S_IFMT) == 0x2000 || (mode & S_IFMT) == 0x6000;
  }

  /** Whether both are one file, or files of one device, since what is stored is the device's. */
  boolean isSameAs(LocalStatus other) {
    return key.equals(other.key)
        || isDevice()
            && (mode & S_IFMT) == (other.mode & S_IFMT)
            && specialDevice == other.specialDevice;
  }

  /** What a message calls it, such as {@code a FIFO}. */
  String kind() {
    return switch (mode & S_IFMT) {
      case 0x1000 -> "a FIFO";
      case 0x2000 -> "a character device";
      case 0x4000 -> "a directory";
      case 0x6000 -> "a block device";
      case 0x8000 -> "a file";
      case 0xA000 -> "a symbolic link";
      case 0xC000 -> "a socket";
      default -> "something of an unknown kind";
    };
  }
}
