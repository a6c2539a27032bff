package io.jdax.fs.format;

import static io.jdax.Sizes.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.QuotaStat;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.tree.ItemKey;
import io.jdax.fs.tree.TreeSurvey;
import io.jdax.mm.ExtentState;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Holds the format. {@code image.hexdump} is a file system that was written down once, with a name
 * for each field. Every later release must read it, and must write the same bytes again. {@link
 * ImageRecipe} tells what is in it.
 *
 * <p>The bytes also tell which frames the nodes got, where leaves were split and how many commits a
 * format and a mount make. No reader depends on these. If only they change, the new image is as
 * good as the old one, and takes its place. If the format itself is meant to change, docs/format.md
 * tells what else that needs. In both cases {@code -Djdax.test.image=FILE} writes the new image to
 * a file.
 */
class FormatImageTest {
  // ---------------------------------------------------------------- reading

  @Test
  @DisplayName("The image has no defects, and a check does not change it")
  void isClean() throws IOException {
    ImageFixture.onImage(
        (region, device) -> {
          byte[] before = ImageFixture.bytes(region);
          assertEquals(List.of(), FileSystemCheck.check(device).defects());
          assertArrayEquals(before, ImageFixture.bytes(region));
        });
  }

  @Test
  @DisplayName("A mount of the image tells the superblock of the newer commit")
  void superblock() throws IOException {
    ImageFixture.onImage(
        (region, device) -> {
          try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
            FileSystemStat stat = fs.statfs();
            assertEquals(ImageRecipe.ID, stat.uuid());
            assertEquals(ImageRecipe.LABEL, stat.label());
            assertEquals(ImageRecipe.FORMATTED, stat.created());
            assertEquals(PAGE, stat.blockSize());
            assertEquals(ImageRecipe.FRAMES, stat.totalBlocks());
            assertEquals(4, stat.inodes(), "the root and three more, without the orphan");
          }
        });
  }

  @Test
  @DisplayName("Every name of the image is found, and no other")
  void names() throws IOException {
    ImageFixture.onImage(
        (region, device) -> {
          try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
            assertEquals(List.of("docs", ImageRecipe.LINK_NAME), ImageFixture.list(fs, "/"));
            assertEquals(List.of("again", "notes"), ImageFixture.list(fs, "/docs"));
            assertEquals(Keys.ROOT, fs.stat("/").inode());
            assertEquals(ImageRecipe.DOCS, fs.stat("/docs").inode());
            assertEquals(ImageRecipe.NOTES, fs.stat("/docs/notes").inode());
            assertEquals(ImageRecipe.NOTES, fs.stat("/docs/again").inode());
            assertEquals(ImageRecipe.LINK, fs.lstat("/" + ImageRecipe.LINK_NAME).inode());
            assertEquals(ImageRecipe.TARGET, fs.readSymlink("/" + ImageRecipe.LINK_NAME));
          }
        });
  }

  @Test
  @DisplayName("Every field of an inode of the image is found, times before 1970 included")
  void inodes() throws IOException {
    ImageFixture.onImage(
        (region, device) -> {
          try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
            FileStat notes = fs.stat("/docs/notes");
            assertStat(notes, FileType.REGULAR, ImageRecipe.NOTES_PERMISSIONS, 2);
            assertEquals(ImageRecipe.UID, notes.uid());
            assertEquals(ImageRecipe.GID, notes.gid());
            assertEquals(ImageRecipe.NOTES_BYTES, notes.sizeBytes());
            assertEquals(4 * PAGE, notes.allocatedBytes());
            assertEquals(ImageRecipe.PROJECT, notes.project());
            try (DaxFile file = fs.open("/docs/notes")) {
              assertEquals(ImageRecipe.HINT_BLOCKS * PAGE, file.extentSizeHint());
              assertEquals(TierMode.DIRECT, file.tier());
            }
            FileStat docs = fs.stat("/docs");
            assertStat(docs, FileType.DIRECTORY, 0755, 2);
            assertEquals(2, docs.sizeBytes());
            assertEquals(ImageRecipe.PROJECT, docs.project());
            FileStat root = fs.stat("/");
            assertStat(root, FileType.DIRECTORY, 0755, 3);
            assertEquals(2, root.sizeBytes());
            assertEquals(0, root.project());
            FileStat link = fs.lstat("/" + ImageRecipe.LINK_NAME);
            assertStat(link, FileType.SYMLINK, 0777, 1);
            assertEquals(ImageRecipe.TARGET.length(), link.sizeBytes());
          }
        });
  }

  private static void assertStat(FileStat stat, FileType type, int permissions, int links) {
    assertEquals(type, stat.type());
    assertEquals(permissions, stat.permissions());
    assertEquals(links, stat.links());
    assertEquals(ImageRecipe.CREATED, stat.created());
    assertEquals(ImageRecipe.MODIFIED, stat.modified());
    assertEquals(ImageRecipe.CHANGED, stat.changed());
    assertEquals(ImageRecipe.ACCESSED, stat.accessed());
  }

  @Test
  @DisplayName("Written blocks of the image read as what they hold, holes and unwritten ones as 0")
  void content() throws IOException {
    byte[] expected = new byte[(int) ImageRecipe.NOTES_BYTES];
    place(expected, 0, ImageRecipe.FIRST_TEXT);
    place(expected, 4 * PAGE, ImageRecipe.LAST_TEXT);
    ImageFixture.onImage(
        (region, device) -> {
          try (DaxFileSystem fs = DaxFileSystem.mount(device, 1);
              DaxFile file = fs.open("/docs/notes")) {
            byte[] found = new byte[expected.length];
            assertEquals(found.length, file.read(0, MemorySegment.ofArray(found)));
            assertArrayEquals(expected, found);
            assertEquals(
                List.of(
                    new FileExtent(0, PAGE, 32 * PAGE, ExtentState.WRITTEN),
                    new FileExtent(2 * PAGE, 2 * PAGE, 40 * PAGE, ExtentState.UNWRITTEN),
                    new FileExtent(4 * PAGE, PAGE, 33 * PAGE, ExtentState.WRITTEN)),
                file.extents());
          }
        });
  }

  private static void place(byte[] bytes, int at, String text) {
    byte[] part = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(part, 0, bytes, at, part.length);
  }

  @Test
  @DisplayName("Attributes of the image are found, one without a value and one of three pieces")
  void attributes() throws IOException {
    ImageFixture.onImage(
        (region, device) -> {
          try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
            assertEquals(
                List.of(ImageRecipe.EMPTY_ATTRIBUTE, ImageRecipe.LONG_ATTRIBUTE),
                fs.attributes("/docs/notes").stream().sorted().toList());
            assertArrayEquals(
                new byte[0], fs.attribute("/docs/notes", ImageRecipe.EMPTY_ATTRIBUTE));
            assertArrayEquals(
                ImageRecipe.LONG_VALUE, fs.attribute("/docs/again", ImageRecipe.LONG_ATTRIBUTE));
          }
        });
  }

  @Test
  @DisplayName("The quota of the image is found, and what is below its directory counts for it")
  void quota() throws IOException {
    ImageFixture.onImage(
        (region, device) -> {
          try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
            assertEquals(
                List.of(
                    new QuotaStat(
                        ImageRecipe.PROJECT,
                        "/docs",
                        new Quota(ImageRecipe.LIMIT_BYTES, ImageRecipe.LIMIT_INODES),
                        4 * PAGE,
                        2)),
                fs.quotas());
          }
        });
  }

  @Test
  @DisplayName("A mount that may write gives up the orphan of the image, and its block is free")
  void orphan() throws IOException {
    ImageFixture.onImage(
        (region, device) -> {
          assertTrue(
              TreeSurvey.of(region)
                  .items()
                  .containsKey(new ItemKey(Keys.ORPHANS, ImageRecipe.GONE)));
          DaxFileSystem.mount(device, 1).close();
          for (ItemKey key : TreeSurvey.of(region).items().keySet()) {
            assertFalse(Keys.inode(key.hi()) == ImageRecipe.GONE, "item of the orphan: " + key);
            assertFalse(key.hi() == Keys.ORPHANS, "record of the orphan: " + key);
          }
          try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
            long used = fs.statfs().metadataBlocks() + 4; // those of notes
            assertEquals(ImageRecipe.FRAMES - used, fs.statfs().freeBlocks());
          }
          assertEquals(List.of(), FileSystemCheck.check(device).defects());
        });
  }

  @Test
  @DisplayName("If the newer superblock is torn, a mount shows the commit before: an empty tree")
  void olderSlot() throws IOException {
    ImageFixture.onImage(
        (region, device) -> {
          region.segment().set(JAVA_BYTE, 100, (byte) ~region.segment().get(JAVA_BYTE, 100));
          try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
            assertEquals(List.of(), ImageFixture.list(fs, "/"));
          }
        });
  }

  // ---------------------------------------------------------------- writing

  @Test
  @DisplayName("What is written today is the image, byte for byte: no layout changes unnoticed")
  void sameBytes() throws IOException {
    ImageText kept = ImageText.kept();
    byte[] expected = kept.image(ImageRecipe.IMAGE_BYTES);
    try (Region region = Region.anonymous("image", ImageRecipe.IMAGE_BYTES)) {
      ImageRecipe.make(region);
      byte[] found = ImageFixture.bytes(region);
      String dump = ImageDump.of(found);
      String file = System.getProperty("jdax.test.image");
      if (file != null) {
        Files.writeString(Path.of(file), dump);
      }
      int at = firstOther(expected, found);
      if (at >= 0) {
        fail(
            "a layout has changed unnoticed: byte 0x%x is %s, and %s in the image, %s"
                .formatted(at, hex(found[at]), hex(expected[at]), kept.at(at)));
      }
      assertEquals(kept.toString(), dump, "the names and values that the image gives its bytes");
    }
  }

  /**
   * The first byte that differs and is not part of a checksum, since a checksum says only that
   * something else differs; −1 if there is none.
   */
  private static int firstOther(byte[] expected, byte[] found) {
    int checksum = -1;
    for (int at = 0; at < expected.length; at++) {
      if (expected[at] != found[at]) {
        boolean inSuperblock = at < 2 * PAGE;
        int inBlock = at % PAGE;
        int crc = inSuperblock ? 8 : 4;
        if (inBlock < crc || inBlock >= crc + 4) {
          return at;
        }
        checksum = checksum < 0 ? at : checksum;
      }
    }
    return checksum;
  }

  private static String hex(byte b) {
    return HexFormat.of().toHexDigits(b);
  }
}
