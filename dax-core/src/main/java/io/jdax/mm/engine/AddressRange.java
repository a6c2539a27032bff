package io.jdax.mm.engine;

import org.jspecify.annotations.Nullable;

/**
 * Addresses side by side. Whoever has taken them keeps the object, so that giving them back needs
 * no memory.
 */
final class AddressRange {
  final long at;
  final long bytes;

  /** In the list of those that were given back; the list's own. */
  @Nullable AddressRange next;

  AddressRange(long at, long bytes) {
    this.at = at;
    this.bytes = bytes;
  }

  long end() {
    return at + bytes;
  }
}
