package io.jdax.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.jdax.machine.Reading;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysfsTest {
  @TempDir Path dir;

  @Test
  @DisplayName("Missing attribute is not supported and unreadable attribute is not")
  void missingAttributeIsNotSupportedAndUnreadableAttributeIsNot() throws IOException {
    try (FakeSysfs sysfs = new FakeSysfs(dir)) {
      sysfs.put("a/x", " 12 ").putUnreadable("a/y");
      assertEquals(new Reading.Value<>("12"), Sysfs.read(sysfs.root().resolve("a/x")));
      assertInstanceOf(Reading.Unreadable.class, Sysfs.read(sysfs.root().resolve("a/y")));
      assertInstanceOf(Reading.NotSupported.class, Sysfs.read(sysfs.root().resolve("a/z")));
    }
  }

  @Test
  @DisplayName("Ascend finds the nearest folder and never leaves the tree")
  void ascendFindsTheNearestFolderAndNeverLeavesTheTree() throws IOException {
    try (FakeSysfs sysfs = new FakeSysfs(dir)) {
      sysfs.put("r/a/attr", "1").put("r/a/b/c/other", "2");
      Path leaf = sysfs.root().resolve("r/a/b/c");
      Sysfs current = Sysfs.current();
      assertEquals(new Reading.Value<>(sysfs.root().resolve("r/a")), current.ascend(leaf, "attr"));
      assertInstanceOf(Reading.NotSupported.class, current.ascend(leaf, "etc"));
    }
  }

  @Test
  @DisplayName("Value that does not parse is unreadable")
  void valueThatDoesNotParseIsUnreadable() {
    assertInstanceOf(
        Reading.Unreadable.class, new Reading.Value<>("twelve").map(Integer::parseInt));
  }

  @Test
  @DisplayName("Device folders are resolved through their links")
  void deviceFoldersAreResolvedThroughTheirLinks() throws IOException {
    try (FakeSysfs sysfs = new FakeSysfs(dir)) {
      sysfs.link("block", "259:0", "devices/x/block/pmem0");
      assertEquals(
          new Reading.Value<>(sysfs.root().resolve("devices/x/block/pmem0")),
          Sysfs.current().blockDevice(259, 0));
      assertInstanceOf(Reading.NotSupported.class, Sysfs.current().characterDevice(1, 1));
    }
  }
}
