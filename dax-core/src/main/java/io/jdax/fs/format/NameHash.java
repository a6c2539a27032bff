package io.jdax.fs.format;

import java.util.UUID;

/**
 * Where a name lies in its directory, and an attribute in its file. Keyed by the file system's
 * uuid, so that nobody can make names that collide without having seen it.
 */
public interface NameHash {
  /** 64 bits. */
  long of(byte[] name);

  /** The one of a file system. */
  static NameHash of(UUID uuid) {
    return new SipHash(uuid.getLeastSignificantBits(), uuid.getMostSignificantBits());
  }
}
