package io.jdax.tests.kill;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is there of a {@link Scene}, and whether it may be after a {@link Deed} that has failed.
 *
 * @param names as {@link Snapshot} has them
 * @param f the bytes of {@code /f}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Remains(SortedMap<String, String> names, byte[] f) {
  private static final int PAGE = Scene.PAGE;
  private static final int WORD = 8;

  static Remains of(DaxFileSystem fs) throws IOException {
    try (DaxFile file = fs.open("/f")) {
      byte[] bytes = new byte[Math.toIntExact(file.sizeBytes())];
      file.read(0, MemorySegment.ofArray(bytes));
      return new Remains(Snapshot.of(fs), bytes);
    }
  }

  private boolean isSame(Remains other) {
    return names.equals(other.names) && Arrays.equals(f, other.f);
  }

  /**
   * What is wrong; null if nothing is. Everything in {@code before} was durable: of it may lack
   * only what the deed replaces.
   *
   * @param acknowledged the deed is durable for sure
   */
  @Nullable String complaint(Deed deed, boolean acknowledged, Remains before, Remains done) {
    if (acknowledged) {
      return isSame(done) ? null : "it had returned: " + difference(done);
    }
    if (deed.atomic()) {
      return isSame(before) || isSame(done)
          ? null
          : "neither old (%s) nor new (%s)".formatted(difference(before), difference(done));
    }
    if (!besidesBytes(names).equals(besidesBytes(before.names))) {
      return "names or attributes: " + difference(before);
    }
    if (f.length != before.f.length && f.length != done.f.length) {
      return "size " + f.length + ", was " + before.f.length + ", may be " + done.f.length;
    }
    for (int at = 0; at < f.length; at += WORD) {
      if (!isOldOrNew(at, before.f, done.f)) {
        return "/f has bytes at %d that are neither old nor new: %s"
            .formatted(at, Arrays.toString(Arrays.copyOfRange(f, at, at + WORD)));
      }
    }
    if (deed == Deed.PUNCH || deed == Deed.ZERO) {
      int from = 3 * PAGE;
      int to = 7 * PAGE;
      return Arrays.equals(f, from, to, before.f, from, to)
              || Arrays.equals(f, from, to, done.f, from, to)
          ? null
          : "of the whole blocks only some are zero";
    }
    return null;
  }

  /** A word is never torn. */
  private boolean isOldOrNew(int at, byte[] before, byte[] done) {
    long found = word(f, at);
    if (at < before.length && found == word(before, at)
        || at < done.length && found == word(done, at)) {
      return true;
    }
    if (at >= before.length) {
      return found == 0; // the file has grown, and what was to be there is not
    }
    // The file was to shrink: in the block of the new end zeros come first.
    return at + WORD > done.length && at / PAGE == done.length / PAGE && isZeroed(at, before, done);
  }

  private boolean isZeroed(int at, byte[] before, byte[] done) {
    byte[] zeroed = Arrays.copyOfRange(before, at, at + WORD);
    Arrays.fill(zeroed, Math.max(0, done.length - at), WORD, (byte) 0);
    return word(f, at) == word(zeroed, 0);
  }

  /** Zeros behind the end. */
  private static long word(byte[] bytes, int at) {
    byte[] word = Arrays.copyOfRange(bytes, at, at + WORD);
    return MemorySegment.ofArray(word).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
  }

  private static SortedMap<String, String> besidesBytes(SortedMap<String, String> names) {
    SortedMap<String, String> out = new TreeMap<>(names);
    out.computeIfPresent("/f", (k, v) -> v.replaceFirst(" bytes .* hint", " hint"));
    return out;
  }

  private String difference(Remains other) {
    StringBuilder s = new StringBuilder();
    for (Map.Entry<String, String> e : names.entrySet()) {
      String there = other.names.get(e.getKey());
      if (!e.getValue().equals(there)) {
        s.append(e).append(", not ").append(there).append("; ");
      }
    }
    SortedMap<String, String> missing = new TreeMap<>(other.names);
    missing.keySet().removeAll(names.keySet());
    s.append("missing ").append(missing);
    return s.append(", /f differs at ").append(Arrays.mismatch(f, other.f)).toString();
  }
}
