package io.jdax.tools;

import io.jdax.machine.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code PATH[:FILE]}, which is a region, and a path in the file system on it. The path is {@code
 * /} if it is not given.
 *
 * <p>Both may have colons in them. If the whole text is the name of something that exists, it is a
 * region. If not, the last colon after something that exists divides the two. If there is none, the
 * last colon does, so that the message about what is missing names what was most likely meant.
 */
record RegionPath(Path region, String file) {
  private static final String ROOT = "/";

  /** Stands in a field until the command line has been read. */
  static final RegionPath NONE = new RegionPath(Path.of(""), ROOT);

  static RegionPath parse(String text) {
    int last = text.lastIndexOf(':');
    if (last < 0 || exists(text)) {
      return new RegionPath(path(text), ROOT);
    }
    for (int colon = last; colon > 0; colon = text.lastIndexOf(':', colon - 1)) {
      if (exists(text.substring(0, colon))) {
        return split(text, colon);
      }
    }
    return split(text, last);
  }

  private static boolean exists(String text) {
    try {
      LocalCalls.status(LocalCalls.HERE, text, true);
      return true;
    } catch (SystemCallException | IllegalCallerException e) {
      return false; // without native access no region opens, which says why
    }
  }

  /** A region's name as java.nio.file needs it, which can't name all in the locale C. */
  static Path path(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException("'' does not name a region");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(Complaint.about(e));
    }
  }

  private static RegionPath split(String text, int colon) {
    String file = text.substring(colon + 1);
    return new RegionPath(path(text.substring(0, colon)), file.isEmpty() ? ROOT : file);
  }

  /** Another file on the region, as a person would write it. */
  String at(String other) {
    return region + ":" + other;
  }

  /** The path to ask the file system for. A slash at the end asks for a directory, as /. does. */
  String asked() {
    return file.endsWith("/") ? file + "." : file;
  }

  /** Whether both are on one region, whatever names it has. */
  boolean isOnRegionOf(RegionPath other) throws IOException {
    return region.equals(other.region)
        || Files.exists(region)
            && Files.exists(other.region)
            && Files.isSameFile(region, other.region);
  }

  /** Which file or device the region is. */
  LocalStatus regionStatus() throws IOException {
    return LocalCalls.status(LocalCalls.HERE, region.toString(), true);
  }

  /** Some work on the file. */
  interface Work<T> {
    T run() throws IOException;
  }

  /** Does some work. If that fails, the message names what the person wrote. */
  <T> T tellingOf(Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (IOException e) {
      throw Complaint.of(toString(), e);
    }
  }

  @Override
  public String toString() {
    return region + ":" + file;
  }
}
