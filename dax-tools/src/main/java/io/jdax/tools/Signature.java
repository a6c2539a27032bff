package io.jdax.tools;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.LongStream;

/**
 * Bytes at a place, by which one kind of content is known.
 *
 * @param places offsets that it may be at; negative: from the end
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Signature(byte[] bytes, long[] places) {
  /** Letters. */
  static Signature text(String text, long... places) {
    return new Signature(text.getBytes(StandardCharsets.ISO_8859_1), places);
  }

  /** Two hexadecimal digits per byte. */
  static Signature hex(String digits, long... places) {
    return new Signature(HexFormat.of().parseHex(digits), places);
  }

  /** Places in a row. */
  static long[] every(long step, long first, long last) {
    return LongStream.iterate(first, at -> at <= last, at -> at + step).toArray();
  }

  boolean isIn(MemorySegment memory) {
    for (long place : places) {
      if (isAt(memory, place < 0 ? memory.byteSize() + place : place)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAt(MemorySegment memory, long at) {
    if (at < 0 || at + bytes.length > memory.byteSize()) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (memory.get(ValueLayout.JAVA_BYTE, at + i) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
