package io.jdax.machine;

import java.util.Map;

/** The errno values that are acted upon, and their names (asm-generic/errno-base.h, errno.h). */
public final class Errno {
  /** Operation not permitted. */
  public static final int EPERM = 1;

  /** No such file or directory. */
  public static final int ENOENT = 2;

  /** Interrupted system call. */
  public static final int EINTR = 4;

  /** Input/output error. */
  public static final int EIO = 5;

  /** No such device or address. */
  public static final int ENXIO = 6;

  /** Resource temporarily unavailable. */
  public static final int EAGAIN = 11;

  /** Cannot allocate memory. */
  public static final int ENOMEM = 12;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** Bad address. */
  public static final int EFAULT = 14;

  /** Device or resource busy. */
  public static final int EBUSY = 16;

  /** File exists. */
  public static final int EEXIST = 17;

  /** No such device. */
  public static final int ENODEV = 19;

  /** Is a directory. */
  public static final int EISDIR = 21;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  /** Text file busy. */
  public static final int ETXTBSY = 26;

  /** File too large. */
  public static final int EFBIG = 27;

  /** No space left on device. */
  public static final int ENOSPC = 28;

  /** Read-only file system. */
  public static final int EROFS = 30;

  /** Function not implemented. */
  public static final int ENOSYS = 38;

  /** Operation not supported. */
  public static final int EOPNOTSUPP = 95;

  /** Disk quota exceeded. */
  public static final int EDQUOT = 122;

  /** Memory page has hardware error. */
  public static final int EHWPOISON = 133;

  /** A symbol, and the sentence that the C library has for it. */
  private record Known(String name, String sentence) {}

  private static final Map<Integer, Known> KNOWN =
      Map.ofEntries(
          Map.entry(EPERM, new Known("EPERM", "Operation not permitted")),
          Map.entry(ENOENT, new Known("ENOENT", "No such file or directory")),
          Map.entry(EINTR, new Known("EINTR", "Interrupted system call")),
          Map.entry(EIO, new Known("EIO", "Input/output error")),
          Map.entry(ENXIO, new Known("ENXIO", "No such device or address")),
          Map.entry(9, new Known("EBADF", "Bad file descriptor")),
          Map.entry(EAGAIN, new Known("EAGAIN", "Resource temporarily unavailable")),
          Map.entry(ENOMEM, new Known("ENOMEM", "Cannot allocate memory")),
          Map.entry(EACCES, new Known("EACCES", "Permission denied")),
          Map.entry(EFAULT, new Known("EFAULT", "Bad address")),
          Map.entry(EBUSY, new Known("EBUSY", "Device or resource busy")),
          Map.entry(EEXIST, new Known("EEXIST", "File exists")),
          Map.entry(18, new Known("EXDEV", "Invalid cross-device link")),
          Map.entry(ENODEV, new Known("ENODEV", "No such device")),
          Map.entry(20, new Known("ENOTDIR", "Not a directory")),
          Map.entry(EISDIR, new Known("EISDIR", "Is a directory")),
          Map.entry(EINVAL, new Known("EINVAL", "Invalid argument")),
          Map.entry(23, new Known("ENFILE", "Too many open files in system")),
          Map.entry(24, new Known("EMFILE", "Too many open files")),
          Map.entry(25, new Known("ENOTTY", "Inappropriate ioctl for device")),
          Map.entry(ETXTBSY, new Known("ETXTBSY", "Text file busy")),
          Map.entry(EFBIG, new Known("EFBIG", "File too large")),
          Map.entry(ENOSPC, new Known("ENOSPC", "No space left on device")),
          Map.entry(EROFS, new Known("EROFS", "Read-only file system")),
          Map.entry(32, new Known("EPIPE", "Broken pipe")),
          Map.entry(36, new Known("ENAMETOOLONG", "File name too long")),
          Map.entry(ENOSYS, new Known("ENOSYS", "Function not implemented")),
          Map.entry(39, new Known("ENOTEMPTY", "Directory not empty")),
          Map.entry(40, new Known("ELOOP", "Too many levels of symbolic links")),
          Map.entry(75, new Known("EOVERFLOW", "Value too large for defined data type")),
          Map.entry(EOPNOTSUPP, new Known("EOPNOTSUPP", "Operation not supported")),
          Map.entry(EDQUOT, new Known("EDQUOT", "Disk quota exceeded")),
          Map.entry(EHWPOISON, new Known("EHWPOISON", "Memory page has hardware error")));

  private Errno() {}

  /**
   * The symbol of an errno value, such as {@code ENOSPC}.
   *
   * @param errno the positive value
   * @return the symbol, or {@code errno N} if the value has no name here
   */
  public static String name(int errno) {
    Known known = KNOWN.get(errno);
    return known == null ? "errno " + errno : known.name();
  }

  /**
   * The sentence that the C library has for an errno value, in English (strerror(3)).
   *
   * @param errno the positive value
   * @return the sentence, or {@code Unknown error N} if the value has no name here
   */
  public static String message(int errno) {
    Known known = KNOWN.get(errno);
    return known == null ? "Unknown error " + errno : known.sentence();
  }
}
