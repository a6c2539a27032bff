package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LocalNamesTest {
  @Test
  @DisplayName("Any bytes are a text, and the text is those bytes again")
  void anyBytesComeBack() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) { // mostly parts of UTF-8
        for (int k = 0; k < bytes.length; k++) {
          bytes[k] = (byte) (random.nextInt(4) == 0 ? bytes[k] : 0xc0 | bytes[k] & 0x3f);
        }
      }
      assertArrayEquals(bytes, LocalNames.bytes(LocalNames.text(bytes)), "seed " + seed);
    }
  }

  @Test
  @DisplayName("UTF-8 is itself, and other bytes are told apart")
  void utf8IsItself() {
    for (String text : new String[] {"", "a", "Grüße", "日本語", "😀x😀", "a\nb"}) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertEquals(text, LocalNames.text(bytes));
      assertArrayEquals(bytes, LocalNames.bytes(text));
      assertTrue(LocalNames.isUtf8(text));
    }
    assertEquals("a\udcffb", LocalNames.text(new byte[] {'a', (byte) 0xff, 'b'}));
    assertTrue(!LocalNames.isUtf8("a\udcffb"));
  }

  @Test
  @DisplayName("The command line is what the kernel keeps, where the JVM could not read it")
  void commandLine() {
    byte[] kept = "java\0-cp\0x\0Main\0put\0Grüße\0".getBytes(StandardCharsets.UTF_8);
    List<String> words = Arguments.split(kept);
    assertEquals(List.of("java", "-cp", "x", "Main", "put", "Grüße"), words);
    assertArrayEquals(
        new String[] {"put", "Grüße"},
        Arguments.match(new String[] {"put", "Gr\ufffd\ufffdÃe"}, words));
    String[] other = {"get", "Grüße"};
    assertArrayEquals(other, Arguments.match(other, words));
    String[] many = {"1", "2", "3", "4", "5", "6", "7"};
    assertArrayEquals(many, Arguments.match(many, words));
  }

  @Test
  @DisplayName("What would move a terminal's cursor, or turn its text around, is a question mark")
  void printable() {
    assertEquals("a?b?c?d?e?", InsidePath.printable("a\nb\u001bc\u009bd\u202ee\udcff"));
    assertEquals("Grüße 日本語 😀", InsidePath.printable("Grüße 日本語 😀"));
  }
}
