package io.jdax.fs.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** An image as text, as {@link ImageDump} writes it down. */
final class ImageText {
  /** A group of bytes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Field(int offset, byte[] bytes, String name, String heading, int line) {}

  private final String text;
  private final List<Field> fields = new ArrayList<>();

  private ImageText(String text) {
    this.text = text;
    String heading = "";
    int line = 0;
    for (String row : text.lines().toList()) {
      line++;
      if (row.startsWith("# ")) {
        heading = row.substring(2);
      } else if (!row.isEmpty() && !row.startsWith("#")) {
        parse(row, heading, line);
      }
    }
  }

  /** The one that is kept beside the tests. */
  static ImageText kept() throws IOException {
    try (InputStream in = ImageText.class.getResourceAsStream("image.hexdump")) {
      if (in == null) {
        throw new IOException("image.hexdump is not beside the tests");
      }
      return new ImageText(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private void parse(String row, String heading, int line) {
    String[] halves = row.split(" \\| ", 2);
    String[] groups = halves[0].split(" +");
    String[] names = halves.length < 2 ? new String[0] : halves[1].split(", ");
    if (names.length != groups.length - 1) {
      throw new IllegalArgumentException(
          "line %d: %d groups, and %d names".formatted(line, groups.length - 1, names.length));
    }
    int at = Integer.parseInt(groups[0], 16);
    for (int i = 0; i < names.length; i++) {
      byte[] bytes = bytes(groups[i + 1]);
      fields.add(new Field(at, bytes, names[i], heading, line));
      at += bytes.length;
    }
  }

  private static byte[] bytes(String group) {
    int star = group.indexOf('*');
    return star < 0
        ? HexFormat.of().parseHex(group)
        : HexFormat.of()
            .parseHex(group.substring(0, star).repeat(Integer.parseInt(group.substring(star + 1))));
  }

  /** The image, with 0 where no line tells anything. */
  byte[] image(int length) {
    byte[] image = new byte[length];
    for (Field f : fields) {
      System.arraycopy(f.bytes, 0, image, f.offset, f.bytes.length);
    }
    return image;
  }

  /** What the byte at an offset belongs to, for a message. */
  String at(int offset) {
    Field before = null;
    for (Field f : fields) {
      if (offset >= f.offset && offset < f.offset + f.bytes.length) {
        return "byte %d of the field '%s' of '%s' (line %d)"
            .formatted(offset - f.offset, f.name, f.heading, f.line);
      }
      if (f.offset < offset && (before == null || f.offset > before.offset)) {
        before = f;
      }
    }
    return before == null
        ? "no field"
        : "no field; the nearest before it is '%s' of '%s' (line %d)"
            .formatted(before.name, before.heading, before.line);
  }

  /** All of it, comments too. */
  @Override
  public String toString() {
    return text;
  }
}
