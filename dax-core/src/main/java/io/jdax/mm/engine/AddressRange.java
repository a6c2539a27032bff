package io.jdax.mm.engine;

import org.jspecify.annotations.Nullable;

/**
 * Addresses side by side. Whoever has taken them keeps the object, so that giving them back needs
 * no memory.
 */
public final class AddressRange {
  public final long at;
  public final long bytes;

  /** In the list of those that were given back; the list's own. */
  @Nullable AddressRange next;

  public AddressRange(long at, long bytes) {
    this.at = at;
    this.bytes = bytes;
  }

  public long end() {
    return at + bytes;
  }
}
