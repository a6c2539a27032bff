package io.jdax.tests.fsx;

import static io.jdax.tests.fsx.FsxModel.PAGE;

import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A mapping, and what it must show: the file's bytes, or its private copies of them. */
final class FsxView {
  /** Bytes beyond the end at the time of the copy are nobody's business. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Copy(byte[] bytes, int known) {}

  private final FsxSubject subject;
  private final FsxModel model;
  private final Map<Long, Copy> copies = new HashMap<>();
  final DaxMapping mapping;

  /** Offset in the file. */
  final long first;

  final long end;

  FsxView(FsxSubject subject, DaxMapping mapping) {
    this.subject = subject;
    this.model = subject.model;
    this.mapping = mapping;
    this.first = mapping.firstPage() * PAGE;
    this.end = first + mapping.sizeBytes();
  }

  boolean stores() {
    return mapping.sharing() != Sharing.READ_ONLY;
  }

  boolean marksHoles() {
    return mapping.holes() == HolePolicy.MARKER;
  }

  /** Where {@code got} is wrong first, as an offset in the file; −1 if it is right. */
  long mismatch(long offset, byte[] got, int length) {
    for (long at = offset; at < offset + length; at = (at / PAGE + 1) * PAGE) {
      int n = (int) (Math.min(offset + length, (at / PAGE + 1) * PAGE) - at);
      Copy copy = copies.get(at / PAGE);
      if (copy == null) {
        n = (int) Math.min(n, model.size() - at);
        long wrong = n <= 0 ? -1 : model.mismatch(at, got, (int) (at - offset), n);
        if (wrong >= 0) {
          return wrong;
        }
      } else {
        int in = (int) (at % PAGE);
        n = Math.min(n, copy.known - in);
        int from = (int) (at - offset);
        int wrong = n <= 0 ? -1 : Arrays.mismatch(copy.bytes, in, in + n, got, from, from + n);
        if (wrong >= 0) {
          return at + wrong;
        }
      }
    }
    return -1;
  }

  /** What must be loaded; null if some of it is not known. */
  byte @Nullable [] expected(long offset, int length) {
    byte[] out = new byte[length];
    for (int i = 0; i < length; i++) {
      Copy copy = copies.get((offset + i) / PAGE);
      int in = (int) ((offset + i) % PAGE);
      if (copy == null ? offset + i >= model.size() : in >= copy.known) {
        return null;
      }
      out[i] = copy == null ? model.get(offset + i) : copy.bytes[in];
    }
    return out;
  }

  /** Bytes were stored through it. */
  void stored(long offset, byte[] src, int length) throws IOException {
    if (mapping.sharing() != Sharing.PRIVATE) {
      subject.stored(offset, src, length);
      return;
    }
    for (int i = 0; i < length; i++) {
      copyOf((offset + i) / PAGE).bytes[(int) ((offset + i) % PAGE)] = src[i];
    }
  }

  private Copy copyOf(long page) {
    return copies.computeIfAbsent(
        page,
        p -> new Copy(model.copy(p * PAGE, PAGE), Math.clamp(model.size() - p * PAGE, 0, PAGE)));
  }

  /** The file ends at the model's size now: copies beyond it are gone. */
  void truncated() {
    copies.keySet().removeIf(page -> page * PAGE >= model.size());
  }

  @Override
  public String toString() {
    return mapping.sharing()
        + (mapping.sync() ? " sync" : "")
        + (marksHoles() ? " marker" : "")
        + " mapping "
        + first
        + ".."
        + end;
  }
}
