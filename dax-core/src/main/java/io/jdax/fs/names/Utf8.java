package io.jdax.fs.names;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;

/**
 * From what a caller calls something to the bytes that the tree keeps: the one encoder for names of
 * files, names of attributes, and what symbolic links say. What has no form in UTF-8 is refused:
 * with a character in its place two names would become one.
 */
final class Utf8 {
  private Utf8() {}

  /**
   * The bytes of a text, of which there are 1 to {@code maxBytes}, none of them 0.
   *
   * @param path that the text is for, and the error tells
   * @param what the text is, for people
   */
  static byte[] encode(String path, String what, String text, int maxBytes)
      throws FileSystemException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (hasSubstitute(bytes) && !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new FileSystemException(
          path, null, what + " can't be encoded in UTF-8: it has half a surrogate pair");
    }
    if (bytes.length == 0 || bytes.length > maxBytes || text.indexOf('\0') >= 0) {
      throw new FileSystemException(
          path,
          null,
          "%s of %d bytes: must have 1 to %d, none of them 0"
              .formatted(what, bytes.length, maxBytes));
    }
    return bytes;
  }

  /** Whether there is what the JDK puts in the place of what has no form. */
  private static boolean hasSubstitute(byte[] bytes) {
    for (byte b : bytes) {
      if (b == '?') {
        return true;
      }
    }
    return false;
  }
}
