package io.jdax.mm.engine;

import org.jspecify.annotations.Nullable;

/**
 * Addresses side by side. Whoever has taken them keeps the object, so that giving them back
 * allocates nothing.
 */
final class AddressRange {
  final long at;
  final long bytes;

  /** The next in the list of ranges that were given back. Only {@link AddressRanges} uses it. */
  @Nullable AddressRange next;

  AddressRange(long at, long bytes) {
    this.at = at;
    this.bytes = bytes;
  }

  /** The address after the last one. */
  long end() {
    return at + bytes;
  }
}
