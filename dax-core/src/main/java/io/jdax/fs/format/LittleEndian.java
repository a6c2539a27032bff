package io.jdax.fs.format;

/**
 * Numbers of records that are made in arrays, in the byte order of the media.
 *
 * <p>Byte by byte, since the compiler makes one store of them, and a process that has just begun
 * has no compiled code yet: a store through a segment is some twenty calls in the interpreter.
 */
final class LittleEndian {
  private LittleEndian() {}

  static void putInt(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >> 8);
    bytes[at + 2] = (byte) (value >> 16);
    bytes[at + 3] = (byte) (value >> 24);
  }

  static void putLong(byte[] bytes, int at, long value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >> 8);
    bytes[at + 2] = (byte) (value >> 16);
    bytes[at + 3] = (byte) (value >> 24);
    bytes[at + 4] = (byte) (value >> 32);
    bytes[at + 5] = (byte) (value >> 40);
    bytes[at + 6] = (byte) (value >> 48);
    bytes[at + 7] = (byte) (value >> 56);
  }
}
