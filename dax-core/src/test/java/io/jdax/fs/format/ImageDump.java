package io.jdax.fs.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes an image down as text, a group of bytes to a field, for {@link ImageText} to read. All
 * offsets are numbers here, as docs/format.md has them, and none is a constant of the code that is
 * tested: what the two say differently shows as a field of nonsense, or as bytes that nobody tells.
 */
final class ImageDump {
  private static final int BLOCK = 4096;
  private static final int SHORTENED = 16;

  /** Which item of an attribute, in the low half of its key. */
  private static final int ITEMS = (1 << 17) - 1;

  private static final List<String> KINDS =
      List.of("", "inode", "name", "extent", "attribute", "orphan", "target", "quota");

  private final ByteBuffer image;
  private final StringBuilder out = new StringBuilder();

  // the row at hand
  private int at;
  private StringBuilder groups = new StringBuilder();
  private final List<String> names = new ArrayList<>();

  private ImageDump(byte[] image) {
    this.image = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The text. */
  static String of(byte[] image) {
    ImageDump dump = new ImageDump(image);
    dump.run();
    return dump.out.toString();
  }

  private void run() {
    out.append(
        """
        # A whole file system, byte by byte. docs/format.md draws the structures.
        #
        # Each line gives the offset of its first byte, then the bytes in the order in which they lie on the media, one
        # group for each field, and after the bar the names and values of the fields. 61*1024 stands for 1024 bytes of
        # 61. Every byte that no line gives is 0. The image has %d bytes.
        """
            .formatted(image.capacity()));
    superblock(0, "A");
    superblock(BLOCK, "B");
    for (int block = 2; block < image.capacity() / BLOCK; block++) {
      int begin = block * BLOCK;
      if (image.getInt(begin) == 0x4E58444A) {
        node(begin);
      } else if (end(begin) > begin) {
        heading("Block %d: data of a file", block);
        row(begin).text(end(begin) - begin, "data").done();
      }
    }
  }

  /** Behind the last byte of a block that is not 0. */
  private int end(int begin) {
    int end = begin + BLOCK;
    while (end > begin && image.get(end - 1) == 0) {
      end--;
    }
    return end;
  }

  // ---------------------------------------------------------------- structures

  private void superblock(int s, String slot) {
    heading("Block %d: superblock, slot %s, commit %d", s / BLOCK, slot, image.getLong(s + 64));
    row(s).text(8, "magic").hex(4, "crc").number(4, "version").done();
    row(s + 16).hex(8, "compatible features").hex(8, "incompatible features").done();
    row(s + 32).hex(16, "uuid").done();
    row(s + 48).number(4, "block size").number(4, "slot").number(8, "block count").done();
    row(s + 64).number(8, "generation").number(8, "root").done();
    row(s + 80).number(4, "root level").number(4, "label bytes").number(8, "node count").done();
    row(s + 96).number(8, "created ms").text(image.getInt(s + 84), "label").done();
    if (image.getLong(s + 224) != 0) {
      row(s + 224).number(8, "last change").done();
    }
  }

  private void node(int n) {
    int level = image.getShort(n + 24);
    heading(
        "Block %d: %s of level %d, written by commit %d",
        n / BLOCK, level == 0 ? "leaf" : "inner node", level, image.getLong(n + 16));
    row(n).text(4, "magic").hex(4, "crc").number(8, "self").number(8, "generation").done();
    row(n + 24)
        .number(2, "level")
        .number(2, "slots")
        .number(2, "values from")
        .number(2, "dead bytes")
        .hex(8, "file system")
        .done();
    int slots = image.getShort(n + 26);
    for (int i = 0; i < slots && level > 0; i++) {
      row(n + 40 + 24 * i).key().number(8, "child").done();
    }
    if (level > 0) {
      return;
    }
    TreeMap<Integer, Integer> slotByValue = new TreeMap<>();
    for (int i = 0; i < slots; i++) {
      int slot = n + 40 + 20 * i;
      row(slot).key().number(2, "value at").number(2, "bytes").done();
      if (image.getShort(slot + 18) > 0) {
        slotByValue.put((int) image.getShort(slot + 16), slot);
      }
    }
    unused(n + 40 + 20 * slots, n + image.getShort(n + 28));
    values(n, slotByValue);
  }

  /** Between slots and values: what slots that are gone have left means nothing. */
  private void unused(int from, int to) {
    int end = to;
    while (end > from && image.get(end - 1) == 0) {
      end--;
    }
    if (end > from) {
      out.append("# unused\n");
      row(from).hex(end - from, "left by a slot that is gone").done();
    }
  }

  private void values(int n, SortedMap<Integer, Integer> slotByValue) {
    int told = image.getShort(n + 28);
    for (Map.Entry<Integer, Integer> each : slotByValue.entrySet()) {
      int value = each.getKey();
      int slot = each.getValue();
      dead(n, told, value);
      told = value + image.getShort(slot + 18);
      value(slot, n + value, image.getShort(slot + 18));
    }
    dead(n, told, BLOCK);
  }

  private void dead(int n, int from, int to) {
    if (to > from) {
      out.append("# dead value\n");
      row(n + from).hex(to - from, "dead").done();
    }
  }

  private void value(int slot, int v, int length) {
    long hi = image.getLong(slot);
    long lo = image.getLong(slot + 8);
    int kind = (int) hi & 0xff;
    out.append("# %s\n".formatted(owner(hi, lo)));
    switch (kind) {
      case 1 -> inode(v);
      case 2 -> row(v).number(8, "inode").number(1, "type").text(length - 9, "name").done();
      case 3 -> row(v).place().number(8, "count").done();
      case 4 -> attribute(v, length, (lo & ITEMS) == 0);
      case 6 -> row(v).text(length, "piece").done();
      case 7 ->
          row(v).number(8, "limit bytes").number(8, "limit inodes").number(8, "directory").done();
      default -> row(v).hex(length, "unknown").done();
    }
  }

  private void inode(int v) {
    row(v).octal("mode").number(4, "links").number(8, "size").number(8, "parent").done();
    row(v + 24).time("created").time("modified").done();
    row(v + 40).time("changed").time("accessed").done();
    row(v + 56).number(4, "uid").number(4, "gid").done();
    row(v + 64).number(4, "hint").number(4, "project").number(4, "tier").done();
  }

  private void attribute(int v, int length, boolean head) {
    if (head) {
      row(v).number(4, "bytes").text(length - 4, "name").done();
    } else {
      row(v).text(length, "piece").done();
    }
  }

  private static String owner(long hi, long lo) {
    long inode = hi >>> 8;
    int kind = (int) hi & 0xff;
    String name = kind < KINDS.size() ? KINDS.get(kind) : "unknown";
    return switch (kind) {
      case 0 -> "nothing";
      case 1 -> "inode %d".formatted(inode);
      case 3 -> "inode %d, %s from block %d".formatted(inode, name, lo);
      case 4 ->
          (lo & ITEMS) == 0
              ? "inode %d, %s, head".formatted(inode, name)
              : "inode %d, %s, piece %d".formatted(inode, name, lo & ITEMS);
      case 5 -> "%s %d".formatted(name, lo);
      case 6 -> "inode %d, %s, piece %d".formatted(inode, name, lo);
      case 7 -> "%s of project %d".formatted(name, lo);
      default -> "inode %d, %s".formatted(inode, name);
    };
  }

  // ---------------------------------------------------------------- rows

  private void heading(String format, Object... args) {
    out.append("\n# ").append(format.formatted(args)).append('\n');
  }

  private ImageDump row(int offset) {
    out.append("%05x ".formatted(offset));
    at = offset;
    return this;
  }

  private void done() {
    out.append("%s | %s\n".formatted(groups, String.join(", ", names)));
    groups = new StringBuilder();
    names.clear();
  }

  private byte[] field(int length, String told) {
    byte[] bytes = new byte[length];
    image.get(at, bytes);
    at += length;
    names.add(told);
    boolean same = length >= SHORTENED;
    for (byte b : bytes) {
      same &= b == bytes[0];
    }
    groups.append(' ');
    if (same) {
      groups.append("%02x*%d".formatted(bytes[0], length));
    } else {
      groups.append(HexFormat.of().formatHex(bytes));
    }
    return bytes;
  }

  private ImageDump key() {
    long hi = image.getLong(at);
    long lo = image.getLong(at + 8);
    field(8, "key of " + owner(hi, lo).replace(", ", " "));
    field(8, "low 0x" + Long.toHexString(lo));
    return this;
  }

  private ImageDump hex(int length, String name) {
    field(length, name);
    return this;
  }

  private ImageDump number(int length, String name) {
    long value =
        switch (length) {
          case 1 -> image.get(at);
          case 2 -> image.getShort(at);
          case 4 -> image.getInt(at);
          default -> image.getLong(at);
        };
    field(length, name + " " + value);
    return this;
  }

  private ImageDump place() {
    long place = image.getLong(at);
    field(
        8,
        "place %d: block %d %s"
            .formatted(place, place >>> 1, (place & 1) == 0 ? "written" : "unwritten"));
    return this;
  }

  private ImageDump octal(String name) {
    field(4, name + " 0" + Integer.toOctalString(image.getInt(at)));
    return this;
  }

  private ImageDump time(String name) {
    long nanos = image.getLong(at);
    Instant time = Instant.ofEpochSecond(0, nanos);
    field(8, name + " " + time);
    return this;
  }

  private ImageDump text(int length, String name) {
    byte[] bytes = new byte[length];
    image.get(at, bytes);
    String text = new String(bytes, StandardCharsets.UTF_8).replace("\n", "\\n");
    boolean isLong = text.length() > 64;
    field(length, name + (isLong ? " of " + length + " bytes" : " '" + text + "'"));
    return this;
  }
}
