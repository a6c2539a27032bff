package io.jdax.fs.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names on media are found by these values: they can't change. */
class SipHashTest {
  private static final long K0 = 0x0706050403020100L;
  private static final long K1 = 0x0f0e0d0c0b0a0908L;

  @ParameterizedTest(name = "{0} bytes")
  @CsvSource({
    "0, 726fdb47dd0e0e31",
    "1, 74f839c593dc67fd",
    "7, ab0200f58b01d137",
    "8, 93f5f5799a932462",
    "15, a129ca6149be45e5"
  })
  @DisplayName("The hash of 0, 1, 2, … with the key 0 to 15 is that of its authors")
  void vectors(int length, String expected) {
    byte[] name = new byte[length];
    for (int i = 0; i < length; i++) {
      name[i] = (byte) i;
    }
    assertEquals(expected, Long.toHexString(new SipHash(K0, K1).of(name)));
  }
}
