package io.jdax.fs.names;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.FsFixture;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.tree.SuperblockInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class Utf8Test {
  private static void assertRefused(String what, Executable call) {
    FileSystemException e = assertThrows(FileSystemException.class, call, what);
    assertTrue(
        e.getReason().contains("half a surrogate") || e.getReason().contains("none of them 0"),
        e.getMessage());
  }

  @Test
  @DisplayName(
      "What has no form in UTF-8, a zero in it, or a byte too many is refused, for files,"
          + " attributes and links alike")
  void oneEncoderForAll() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20)) {
      DaxFileSystem fs = fixture.fs;
      fs.open("/?", OpenMode.WRITE, OpenMode.CREATE).close();
      fs.setAttribute("/?", "a?", new byte[] {1});
      long commit = fs.statfs().generation();
      for (String half : List.of("a\udc00", "a\ud801", "\ud83da", "a\0b")) {
        assertRefused(half, () -> fs.open("/" + half, OpenMode.WRITE, OpenMode.CREATE));
        assertRefused(half, () -> fs.createDirectory("/" + half));
        assertRefused(half, () -> fs.symlink("t", "/" + half));
        assertRefused(half, () -> fs.link("/?", "/" + half));
        assertRefused(half, () -> fs.rename("/?", "/" + half));
        assertRefused(half, () -> fs.stat("/" + half));
        assertRefused(half, () -> fs.setAttribute("/?", half, new byte[] {2}));
        assertRefused(half, () -> fs.attribute("/?", half));
        assertRefused(half, () -> fs.removeAttribute("/?", half));
        assertRefused(half, () -> fs.symlink(half, "/link"));
      }
      assertRefused("empty", () -> fs.symlink("", "/link"));
      assertRefused("long", () -> fs.symlink("x".repeat(4096), "/link"));
      assertRefused("empty", () -> fs.setAttribute("/?", "", new byte[0]));
      assertRefused("long", () -> fs.setAttribute("/?", "ü".repeat(128), new byte[0]));
      assertRefused("long", () -> fs.createDirectory("/" + "ü".repeat(128)));
      assertThrows(IllegalArgumentException.class, () -> SuperblockInfo.create("label \ud801"));
      assertEquals(commit, fs.statfs().generation(), "nothing has changed");
      assertEquals(List.of("a?"), fs.attributes("/?"));
      assertArrayEquals(new byte[] {1}, fs.attribute("/?", "a?"));
    }
  }

  @Test
  @DisplayName("Whole surrogates and the longest texts come back as they were")
  void wholeTexts() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20)) {
      DaxFileSystem fs = fixture.fs;
      for (String text : List.of("\ud83d\ude00 ü", "ü".repeat(127) + "x", "\ufffd?")) {
        fs.open("/" + text, OpenMode.WRITE, OpenMode.CREATE).close();
        fs.setAttribute("/" + text, text, new byte[] {7});
        fs.symlink(text, "/link");
        assertEquals(List.of(text), fs.attributes("/link"));
        assertEquals(text, fs.readSymlink("/link"));
        fs.unlink("/link");
      }
      fs.symlink("y".repeat(4095), "/link");
      assertEquals(4095, fs.readSymlink("/link").length());
    }
  }
}
