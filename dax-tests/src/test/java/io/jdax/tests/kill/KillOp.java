package io.jdax.tests.kill;

import java.util.Random;

/**
 * One operation of a writer that is going to be killed, as a line of text.
 *
 * @param kind what it does
 * @param path within the worker's directory, without a slash in front
 * @param to the second path of those that have two, the name of an attribute, else {@code -}
 * @param at offset in bytes, a new size, or permissions
 * @param length bytes
 * @param seed of the bytes
 */
record KillOp(Kind kind, String path, String to, int at, int length, long seed) {
  enum Kind {
    CREATE,
    UNLINK,
    RENAME,
    LINK,
    SYMLINK,
    MKDIR,
    RMDIR,
    WRITE,
    WRITE_DSYNC,
    APPEND,
    APPEND_DSYNC,
    STORE,
    STORE_PERSIST,
    FSYNC,
    TRUNCATE,
    PUNCH,
    ZERO,
    ALLOCATE,
    ATTRIBUTE,
    ATTRIBUTE_GONE,
    PERMISSIONS
  }

  static KillOp of(Kind kind, String path) {
    return new KillOp(kind, path, "-", 0, 0, 0);
  }

  static KillOp of(Kind kind, String path, String to) {
    return new KillOp(kind, path, to, 0, 0, 0);
  }

  /** The bytes that it writes: none of them 0, and hardly two operations with equal ones. */
  byte[] bytes() {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    for (int i = 0; i < length; i++) {
      bytes[i] = bytes[i] == 0 ? 1 : bytes[i];
    }
    return bytes;
  }

  int end() {
    return at + length;
  }

  @Override
  public String toString() {
    return kind + " " + path + " " + to + " " + at + " " + length + " " + seed;
  }

  static KillOp parse(String line) {
    String[] p = line.split(" ");
    return new KillOp(
        Kind.valueOf(p[0]),
        p[1],
        p[2],
        Integer.parseInt(p[3]),
        Integer.parseInt(p[4]),
        Long.parseLong(p[5]));
  }
}
