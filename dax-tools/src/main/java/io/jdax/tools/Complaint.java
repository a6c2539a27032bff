package io.jdax.tools;

import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one place where a failure becomes the line that a person reads. */
final class Complaint extends IOException {
  private static final long serialVersionUID = 1L;

  private Complaint(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  /**
   * The same failure as one of {@code subject}: of what a person named, or of something below that,
   * and not of the temporary names that the work used.
   */
  static IOException of(String subject, IOException e) {
    return e instanceof Complaint || e instanceof InterruptedIOException
        ? e
        : new Complaint(shown(subject) + ": " + reason(e), e);
  }

  /** One line that names the region or file and what is wrong with it. */
  static String about(Throwable e) {
    String subject =
        switch (e) {
          case FileSystemException file -> file.getFile();
          case InvalidPathException path -> path.getInput();
          default -> null;
        };
    return firstLine(subject == null ? sentence(e) : shown(subject) + ": " + reason(e));
  }

  private static String shown(String subject) {
    return subject.isEmpty() ? "''" : InsidePath.printable(subject);
  }

  private static String sentence(Throwable e) {
    return e instanceof RegionException || e instanceof SystemCallException
        ? InsidePath.printable(String.valueOf(e.getMessage()))
        : reason(e);
  }

  /** What is wrong, without the subject that it is wrong with. */
  static String reason(Throwable e) {
    return firstLine(
        switch (e) {
          case Complaint told -> String.valueOf(told.getMessage());
          case UncheckedIOException io -> reason(Objects.requireNonNull(io.getCause()));
          case SystemCallException call -> reason(call);
          case FileSystemException file -> reason(file);
          case RegionException region -> reason(region);
          case InvalidPathException path ->
              "a JVM in this locale can't name it, but can with LC_ALL=C.UTF-8 ("
                  + path.getReason()
                  + ")";
          case IOException io -> text(io.getMessage(), io);
          case IllegalArgumentException argument -> text(argument.getMessage(), argument);
          case IllegalCallerException denied -> text(denied.getMessage(), denied);
          case StackOverflowError deep -> "the stack is too small for this; -Xss makes it larger";
          case OutOfMemoryError memory ->
              "out of memory (%s); -Xmx allows more".formatted(memory.getMessage());
          default -> "this is a bug in jdax; --debug shows where: " + e;
        });
  }

  private static String text(@Nullable String message, Exception e) {
    return message == null || message.isEmpty() ? e.getClass().getSimpleName() : message;
  }

  /** java.nio.file gives no reason where the class of the exception says it. */
  private static String reason(FileSystemException e) {
    if (e.getReason() != null) {
      return e.getReason();
    }
    return switch (e) {
      case NotDirectoryException no -> "is not a directory";
      case DirectoryNotEmptyException full -> "directory not empty";
      default ->
          e.getClass()
              .getSimpleName()
              .replace("Exception", "")
              .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
              .toLowerCase(Locale.ROOT);
    };
  }

  private static String reason(RegionException e) {
    String message = String.valueOf(e.getMessage());
    String region = e.region() + ": ";
    return message.startsWith(region) ? message.substring(region.length()) : message;
  }

  private static String reason(SystemCallException e) {
    return switch (e.errno()) {
      case Errno.ENOENT -> "no such file";
      case Errno.EEXIST -> "the file exists already";
      case Errno.EACCES, Errno.EPERM -> "permission denied";
      case Errno.EISDIR -> "is a directory";
      case Errno.ENOSPC -> "no space left";
      case Errno.EROFS -> "the file system is read-only";
      case LocalCalls.ENOTDIR -> "is not a directory";
      case LocalCalls.ELOOP -> "is a symbolic link that is not followed here, or a loop of them";
      default -> "%s: %s (%s)".formatted(e.call(), e.errnoName(), Errno.message(e.errno()));
    };
  }

  static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
