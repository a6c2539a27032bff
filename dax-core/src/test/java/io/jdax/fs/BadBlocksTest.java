package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.mm.DaxMapping;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Frames that turn out to be bad while the file system is mounted. */
class BadBlocksTest {
  private static final OpenMode[] RW = {OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE};

  @Test
  @DisplayName("a frame that is bad is offered to nobody else until the next mount")
  void isNotOfferedAgain() throws IOException {
    Region region = Region.anonymous("bad", 2 << 20);
    BadMedia media = new BadMedia(region);
    try (FsFixture fixture = new FsFixture(region, media, MountOptions.DEFAULTS);
        DaxFile file = fixture.fs.open("/f", RW)) {
      file.truncate(1 << 20);
      Volume volume = file.inode.volume;
      try (DaxMapping mapping = file.map(0, 1 << 20)) {
        media.badToFill = true;
        for (int i = 0; i < 4; i++) {
          assertThrows(MediaErrorException.class, () -> mapping.putByte(0, (byte) 1));
          assertEquals(i + 1, volume.badBlocks.count(), "each time another frame");
        }
        media.badToFill = false;
        mapping.putByte(0, (byte) 1);
        media.bad = true;
        assertThrows(
            MediaErrorException.class, () -> file.write(8 * 4096, FsFixture.bytes(4096, 2)));
        assertEquals(5, volume.badBlocks.count());
        // Of a long range nobody knows which frame it is.
        assertThrows(
            MediaErrorException.class, () -> file.write(8 * 4096, FsFixture.bytes(16 * 4096, 2)));
        assertEquals(5, volume.badBlocks.count());
        media.bad = false;
        file.write(8 * 4096, FsFixture.bytes(16 * 4096, 2));
        for (FileExtent e : file.extents()) {
          for (long at = 0; at < e.length(); at += 4096) {
            assertFalse(volume.badBlocks.contains((e.place() + at) >>> 12));
          }
        }
      }
      file.fsync();
    }
  }

  @Test
  @DisplayName("the last keys that there are belong to the range that ends with them")
  void rangesAtTheEndOfKeys() {
    for (long from : new long[] {0, 1L << 62, Long.MAX_VALUE - 7, -8}) {
      for (int i = 0; i < 8; i++) {
        assertTrue(Keys.isWithin(from + i, from, 8));
      }
      assertFalse(Keys.isWithin(from + 8, from, 8));
      assertFalse(Keys.isWithin(from - 1, from, 8));
    }
  }
}
