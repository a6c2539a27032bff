package io.jdax.fs.format;

import static io.jdax.Sizes.PAGE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.tree.CowTree;
import io.jdax.fs.tree.ItemKey;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.fs.tree.TreeSurvey;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The calls of a file system write the items that the image has, and data where extents say. {@link
 * ImageRecipe} makes the image without them.
 */
class FormatWritersTest {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Test
  @DisplayName(
      "The same file system made by its calls has the items of the image, but for places and times")
  void sameItems() throws IOException {
    NavigableMap<ItemKey, byte[]> expected = new TreeMap<>();
    ImageFixture.onImage((region, device) -> expected.putAll(TreeSurvey.of(region).items()));
    try (Region region = Region.anonymous("made", 4 * ImageRecipe.IMAGE_BYTES)) {
      CowTree.format(
          Persister.of(region), new SuperblockInfo(ImageRecipe.ID, "made", PAGE, 0, 0, 0));
      ImageFixture.on(
          region,
          (r, device) -> {
            try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
              assertSame(expected, madeBy(fs, region));
            }
          });
    }
  }

  private static NavigableMap<ItemKey, byte[]> madeBy(DaxFileSystem fs, Region region)
      throws IOException {
    fs.createDirectory("/docs");
    try (DaxFile notes = fs.open("/docs/notes", OpenMode.WRITE, OpenMode.CREATE_NEW)) {
      fs.setQuota("/docs", new Quota(ImageRecipe.LIMIT_BYTES, ImageRecipe.LIMIT_INODES));
      byte[] content = new byte[(int) ImageRecipe.NOTES_BYTES];
      MemorySegment from = MemorySegment.ofArray(content);
      notes.write(0, from.asSlice(0, PAGE));
      notes.allocate(2 * PAGE, 2 * PAGE, false);
      notes.write(4 * PAGE, from.asSlice(4 * PAGE));
      notes.setExtentSizeHint(ImageRecipe.HINT_BLOCKS * PAGE);
      notes.setTier(TierMode.DIRECT);
    }
    fs.link("/docs/notes", "/docs/again");
    fs.setPermissions("/docs/notes", ImageRecipe.NOTES_PERMISSIONS);
    fs.setOwner("/docs/notes", ImageRecipe.UID, ImageRecipe.GID);
    fs.setAttribute("/docs/notes", ImageRecipe.EMPTY_ATTRIBUTE, new byte[0]);
    fs.setAttribute("/docs/notes", ImageRecipe.LONG_ATTRIBUTE, ImageRecipe.LONG_VALUE);
    fs.symlink(ImageRecipe.TARGET, "/" + ImageRecipe.LINK_NAME);
    try (DaxFile gone = fs.open("/gone", OpenMode.WRITE, OpenMode.CREATE_NEW)) {
      byte[] text = ImageRecipe.GONE_TEXT.getBytes(StandardCharsets.UTF_8);
      gone.write(0, MemorySegment.ofArray(text));
      gone.fsync();
      fs.unlink("/gone");
      fs.sync();
      return TreeSurvey.of(region).items();
    }
  }

  private static void assertSame(
      NavigableMap<ItemKey, byte[]> expected, NavigableMap<ItemKey, byte[]> found) {
    NavigableSet<ItemKey> missing = new TreeSet<>(expected.keySet());
    missing.removeAll(found.keySet());
    NavigableSet<ItemKey> added = new TreeSet<>(found.keySet());
    added.removeAll(expected.keySet());
    assertEquals(
        Set.of(), missing, () -> "keys that are missing, where there are others: " + added);
    assertEquals(Set.of(), added, "keys that the image does not have");
    expected.forEach(
        (key, value) ->
            assertEquals(
                HexFormat.of().formatHex(comparable(key, value)),
                HexFormat.of().formatHex(comparable(key, requireNonNull(found.get(key)))),
                () ->
                    "item of kind %d of inode %d, low half 0x%x"
                        .formatted(Keys.kind(key.hi()), Keys.inode(key.hi()), key.lo())));
  }

  /** Without the times of an inode, and without the block of an extent. */
  private static byte[] comparable(ItemKey key, byte[] value) {
    byte[] copy = value.clone();
    if (Keys.kind(key.hi()) == Keys.INODE) {
      Arrays.fill(copy, 24, 56, (byte) 0);
    } else if (Keys.kind(key.hi()) == Keys.EXTENT) {
      Arrays.fill(copy, 1, 8, (byte) 0);
      copy[0] &= 1;
    }
    return copy;
  }

  @ParameterizedTest(name = "blocks of {0} bytes")
  @ValueSource(ints = {512, 1024, 2048, 4096})
  @DisplayName("Block n of the device begins at byte n times the block size, after two frames")
  void placesOfBlocks(int blockSize) throws IOException {
    try (Region region = Region.anonymous("blocks", 4 * ImageRecipe.IMAGE_BYTES)) {
      ImageFixture.on(
          region,
          (r, device) -> {
            DaxFileSystem.format(device, "blocks", blockSize);
            byte[] content = new byte[3 * blockSize];
            for (int i = 0; i < content.length; i++) {
              content[i] = (byte) (i % 251 + 1);
            }
            try (DaxFileSystem fs = DaxFileSystem.mount(device, 1);
                DaxFile file = fs.open("/f", OpenMode.WRITE, OpenMode.CREATE_NEW)) {
              file.write(0, MemorySegment.ofArray(content));
              file.fsync();
              assertBlocks(TreeSurvey.of(region), region, blockSize, content);
            }
          });
    }
  }

  private static void assertBlocks(
      TreeSurvey survey, Region region, int blockSize, byte[] content) {
    assertEquals(blockSize < PAGE ? SuperblockInfo.SMALL_BLOCKS : 0, survey.incompatible());
    assertEquals(region.sizeBytes() / PAGE, survey.frameCount(), "counted in frames always");
    long blocks = 0;
    for (var item : survey.items().entrySet()) {
      if (Keys.kind(item.getKey().hi()) == Keys.EXTENT) {
        MemorySegment value = MemorySegment.ofArray(item.getValue());
        long first = item.getKey().lo();
        long block = value.get(LONG, 0) >>> 1;
        long count = value.get(LONG, 8);
        blocks += count;
        assertTrue(block * blockSize >= 2 * PAGE, "behind the superblocks");
        assertEquals(
            -1,
            MemorySegment.mismatch(
                region.segment(),
                block * blockSize,
                (block + count) * blockSize,
                MemorySegment.ofArray(content),
                first * blockSize,
                (first + count) * blockSize),
            "the bytes of block " + first + " of the file");
      }
    }
    assertEquals(3, blocks);
  }
}
