package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PartedCopyTest {
  private static final int MEBIBYTE = 1 << 20;

  private final Problems problems = new Problems(new PrintWriter(new StringWriter()));
  private final CopyWatch watch = CopyWatch.silent();

  /** A file of which each byte of data tells where it is; the rest are holes. */
  private static final class Pattern implements SparseCopy.Source {
    final TreeMap<Long, Long> data = new TreeMap<>();
    final AtomicInteger holesAsked = new AtomicInteger();
    long shorter = Long.MAX_VALUE;
    long bad = Long.MAX_VALUE;

    Pattern with(long from, long to) {
      data.put(from, to);
      return this;
    }

    static byte at(long offset) {
      return (byte) (offset % 251 + 1);
    }

    @Override
    public String name() {
      return "pattern";
    }

    @Override
    public long nextData(long offset) {
      Map.Entry<Long, Long> here = data.floorEntry(offset);
      if (here != null && offset < here.getValue()) {
        return offset;
      }
      Long next = data.ceilingKey(offset);
      return next == null ? -1 : next;
    }

    @Override
    public long nextHole(long offset) {
      holesAsked.incrementAndGet();
      return data.floorEntry(offset).getValue();
    }

    @Override
    public int read(long offset, ByteBuffer into) throws IOException {
      if (offset >= bad) {
        throw new IOException("can't be read");
      }
      int bytes = (int) Math.min(into.remaining(), shorter - offset);
      for (int i = 0; i < bytes; i++) {
        into.put(at(offset + i));
      }
      return bytes <= 0 ? -1 : bytes;
    }
  }

  private long copy(Pattern source, byte[] target, long end) throws IOException {
    try (CopyTeam<SparseCopy> team = new CopyTeam<>(problems, 3, _ -> new SparseCopy(watch))) {
      return new PartedCopy<>(team, each -> each)
          .copy(source, (at, data) -> data.get(target, (int) at, data.remaining()), end);
    } finally {
      watch.close();
    }
  }

  @Test
  @DisplayName(
      "All data arrives where it was, and nothing else; each run is asked for its end once")
  void everything() throws IOException {
    int end = 50 * MEBIBYTE;
    Pattern source =
        new Pattern()
            .with(0, 1)
            .with(4096, 30 * MEBIBYTE + 5)
            .with(31 * MEBIBYTE, 31 * MEBIBYTE + 1)
            .with(40 * MEBIBYTE, 41 * MEBIBYTE);
    byte[] target = new byte[end];
    assertEquals(41 * MEBIBYTE, copy(source, target, end));
    byte[] expected = new byte[end];
    source.data.forEach(
        (from, to) -> {
          for (long at = from; at < to; at++) {
            expected[(int) at] = Pattern.at(at);
          }
        });
    assertArrayEquals(expected, target);
    assertEquals(4, source.holesAsked.get());
  }

  @Test
  @DisplayName("A hole takes no time, however long it is")
  void longHole() throws IOException {
    Pattern source = new Pattern().with(0, 3);
    assertEquals(3, copy(source, new byte[3], Long.MAX_VALUE));
  }

  @Test
  @DisplayName("A file that ends before its size is copied up to where it ends, and told")
  void shorter() {
    int size = 40 * MEBIBYTE;
    Pattern source = new Pattern().with(0, size);
    source.shorter = 3 * MEBIBYTE + 7;
    byte[] target = new byte[size];
    SparseCopy.EndReached e =
        assertThrows(SparseCopy.EndReached.class, () -> copy(source, target, size));
    assertEquals(source.shorter, e.at);
    for (int at = 0; at < size; at++) {
      assertEquals(at < source.shorter ? Pattern.at(at) : 0, target[at]);
    }
  }

  @Test
  @DisplayName("The failure of one thread ends the copy")
  void failure() {
    int size = 40 * MEBIBYTE;
    Pattern source = new Pattern().with(0, size);
    source.bad = 20 * MEBIBYTE;
    IOException e = assertThrows(IOException.class, () -> copy(source, new byte[size], size));
    assertEquals("can't be read", e.getMessage());
  }
}
