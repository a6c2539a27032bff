package io.jdax.fs.format;

import java.util.UUID;

/**
 * A hash that says where a name lies in its directory, and an attribute in its file. Keyed by the
 * file system's uuid, so that whoever has not seen that can't make names that collide.
 */
public interface NameHash {
  /** The hash of a name in UTF-8, 64 bits. */
  long of(byte[] name);

  /** The hash of the file system with this uuid. */
  static NameHash of(UUID uuid) {
    return new SipHash(uuid.getLeastSignificantBits(), uuid.getMostSignificantBits());
  }
}
