package io.jdax.fs.format;

/** SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012). */
public final class SipHash implements NameHash {
  private final long k0;
  private final long k1;

  public SipHash(long k0, long k1) {
    this.k0 = k0;
    this.k1 = k1;
  }

  @Override
  public long of(byte[] name) {
    State state = new State(k0, k1);
    for (int at = 0; at <= name.length; at += 8) {
      long word = 0;
      int n = Math.min(8, name.length - at);
      for (int i = 0; i < n; i++) {
        word |= (name[at + i] & 0xffL) << (8 * i);
      }
      if (n < 8) {
        word |= (long) name.length << 56;
      }
      state.v3 ^= word;
      state.mix(2);
      state.v0 ^= word;
    }
    state.v2 ^= 0xff;
    state.mix(4);
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
  }

  private static final class State {
    long v0;
    long v1;
    long v2;
    long v3;

    State(long k0, long k1) {
      v0 = k0 ^ 0x736f6d6570736575L;
      v1 = k1 ^ 0x646f72616e646f6dL;
      v2 = k0 ^ 0x6c7967656e657261L;
      v3 = k1 ^ 0x7465646279746573L;
    }

    void mix(int rounds) {
      for (int round = 0; round < rounds; round++) {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
    }
  }
}
