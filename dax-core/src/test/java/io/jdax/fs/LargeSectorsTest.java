package io.jdax.fs;

import static io.jdax.Sizes.SECTOR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.BlockDevice;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.fs.error.UnsupportedFormatException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.os.Pages;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Devices without direct access whose sectors are pages. */
class LargeSectorsTest {
  private static final MountOptions SMALL = MountOptions.DEFAULTS.withCacheBytes(32 * 4096);
  private static final int PER_PAGE = Pages.BYTES / SECTOR;

  private final VolatileSectors small = new VolatileSectors(2 << 20);
  private final BlockDevice large = inPages(small);

  /** The same device, of which only whole pages are read and written. */
  private static BlockDevice inPages(BlockDevice device) {
    return (BlockDevice)
        Proxy.newProxyInstance(
            BlockDevice.class.getClassLoader(),
            new Class<?>[] {BlockDevice.class},
            (proxy, method, args) -> {
              if (method.getName().equals("sectorSize")) {
                return Pages.BYTES;
              }
              if (method.getName().equals("sectorCount")) {
                return device.sectorCount() / PER_PAGE;
              }
              if (args != null && args[0] instanceof Long sector) {
                args[0] = sector * PER_PAGE;
              }
              try {
                return method.invoke(device, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  @DisplayName("Blocks smaller than the sectors of a device are refused before anything is written")
  void formatRefused() throws IOException {
    UnsupportedFormatException e =
        assertThrows(
            UnsupportedFormatException.class, () -> DaxFileSystem.format(large, "test", 1024));
    assertTrue(String.valueOf(e.getMessage()).contains("blocks of 1024 bytes"), String.valueOf(e));
    assertThrows(NotFormattedException.class, () -> DaxFileSystem.mount(small, SMALL).close());
    DaxFileSystem.format(large, "test", 4096);
    try (DaxFileSystem fs = DaxFileSystem.mount(large, SMALL)) {
      fs.createDirectory("/d");
    }
    try (DaxFileSystem fs = DaxFileSystem.mount(small, SMALL)) {
      assertTrue(fs.exists("/d"), "it is the same medium");
    }
  }

  @Test
  @DisplayName(
      "A file system that was made with smaller sectors is not mounted where they are large")
  void mountRefused() throws IOException {
    DaxFileSystem.format(small, "test", 1024);
    assertThrows(UnsupportedFormatException.class, () -> DaxFileSystem.mount(large, SMALL).close());
    try (DaxFileSystem fs = DaxFileSystem.mount(small, SMALL)) {
      assertEquals(1024, fs.statfs().blockSize());
    }
  }
}
