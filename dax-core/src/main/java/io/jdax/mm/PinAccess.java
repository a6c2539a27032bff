package io.jdax.mm;

/** What the holder of a pin does with it. */
public enum PinAccess {
  READ,
  /** The pages count as dirty until the pin is closed, and once more after that. */
  WRITE
}
