package io.jdax.tools;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Names of local files as text, without loss. To the kernel a name is bytes, which are nearly
 * always UTF-8, whatever the locale of the JVM is. A byte that is not part of UTF-8 becomes a lone
 * surrogate, U+DC00 plus the byte, and such a surrogate becomes the byte again (as in Python, PEP
 * 383). UTF-8 has no lone surrogates, so that two different names never become one.
 */
final class LocalNames {
  private static final int ESCAPE = 0xDC00;

  private LocalNames() {}

  static String text(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // which reports what is malformed
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isUnderflow()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPE + (in.get() & 0xff)));
      }
      decoder.reset();
    }
  }

  static byte[] bytes(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 16);
    for (int from = 0; from < text.length(); ) {
      int to = from;
      while (to < text.length() && !isEscape(text, to)) {
        to += Character.charCount(text.codePointAt(to));
      }
      bytes.writeBytes(text.substring(from, to).getBytes(StandardCharsets.UTF_8));
      for (; to < text.length() && isEscape(text, to); to++) {
        bytes.write(text.charAt(to) - ESCAPE);
      }
      from = to;
    }
    return bytes.toByteArray();
  }

  /** Whether a lone surrogate stands here. The caller has skipped whole pairs. */
  private static boolean isEscape(String text, int at) {
    return text.charAt(at) >= ESCAPE + 0x80 && text.charAt(at) <= ESCAPE + 0xff;
  }

  /** Whether the bytes of a name are UTF-8, as all names in a file system of jdax are. */
  static boolean isUtf8(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
