package io.jdax.machine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A system call that failed: which, on what, and with which errno. */
public final class SystemCallException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int errno;

  /**
   * The message is {@code call subject: ERRNO (sentence)}.
   *
   * @param call the name of the system call
   * @param subject the path or descriptor that the call was about, or an empty string
   * @param errno the positive errno value
   */
  public SystemCallException(String call, String subject, int errno) {
    super(
        (subject.isEmpty() ? call : call + " " + subject)
            + ": "
            + Errno.name(errno)
            + " ("
            + Errno.message(errno)
            + ")");
    this.call = call;
    this.errno = errno;
  }

  /** The name of the system call. */
  public String call() {
    return call;
  }

  /** The positive errno value. */
  public int errno() {
    return errno;
  }

  /** The errno's symbol, such as {@code ENOSPC}. */
  public String errnoName() {
    return Errno.name(errno);
  }

  /**
   * The same failure as an exception of java.nio.file: the subclass that fits the errno, or {@link
   * FileSystemException} itself if none does. This exception is its cause.
   *
   * @param path the file that the new exception names
   */
  public FileSystemException asFileSystemException(Path path) {
    FileSystemException e =
        switch (errno) {
          case Errno.ENOENT -> new NoSuchFileException(path.toString(), null, "no such file");
          case Errno.EEXIST ->
              new FileAlreadyExistsException(path.toString(), null, "the file exists already");
          case Errno.EACCES, Errno.EPERM ->
              new AccessDeniedException(path.toString(), null, "permission denied");
          case Errno.EROFS ->
              new AccessDeniedException(path.toString(), null, "the file system is read-only");
          default ->
              new FileSystemException(
                  path.toString(),
                  null,
                  call + ": " + errnoName() + " (" + Errno.message(errno) + ")");
        };
    e.initCause(this);
    return e;
  }
}
