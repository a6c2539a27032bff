package io.jdax.os;

import io.jdax.machine.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The kernel's device attributes, below a root that the system property {@value #ROOT_PROPERTY}
 * moves (default {@code /sys}), so that every branch that depends on hardware can be tested on
 * small trees of plain files.
 *
 * <p>Source of the paths: Documentation/ABI/testing/sysfs-bus-nfit, sysfs-bus-nvdimm,
 * sysfs-bus-dax; drivers/nvdimm, drivers/dax.
 */
public final class Sysfs {
  /** The system property that moves the root of sysfs. */
  public static final String ROOT_PROPERTY = "jdax.sysfs";

  private final Path root;

  public Sysfs(Path root) {
    this.root = root;
  }

  /**
   * The machine's sysfs, or what {@value #ROOT_PROPERTY} names. The property is read at every call,
   * so that a test may change it.
   */
  public static Sysfs current() {
    return new Sysfs(Path.of(System.getProperty(ROOT_PROPERTY, "/sys")));
  }

  /**
   * The device folder of a character device, which is {@code /sys/dev/char/MAJOR:MINOR} with its
   * symbolic links resolved.
   */
  public Reading<Path> characterDevice(int major, int minor) {
    return resolve(root.resolve("dev/char/" + major + ":" + minor));
  }

  /**
   * The device folder of a block device, which is {@code /sys/dev/block/MAJOR:MINOR} with its
   * symbolic links resolved.
   */
  public Reading<Path> blockDevice(int major, int minor) {
    return resolve(root.resolve("dev/block/" + major + ":" + minor));
  }

  /** A folder below the root. */
  public Path at(String relative) {
    return root.resolve(relative);
  }

  /** The value of one attribute, without white space around it. */
  public static Reading<String> read(Path attribute) {
    try {
      return new Reading.Value<>(Files.readString(attribute).strip());
    } catch (NoSuchFileException e) {
      return new Reading.NotSupported<>("no " + attribute);
    } catch (IOException e) {
      return new Reading.Unreadable<>(attribute + ": " + e.getClass().getSimpleName());
    }
  }

  /**
   * The nearest folder inside this sysfs, {@code device} or one above it, that has {@code
   * attribute}.
   */
  public Reading<Path> ascend(Path device, String attribute) {
    Path top;
    try {
      top = root.toRealPath();
    } catch (IOException e) {
      return new Reading.Unreadable<>(root + ": " + e.getClass().getSimpleName());
    }
    for (Path dir = device; dir != null && dir.startsWith(top); dir = dir.getParent()) {
      if (Files.exists(dir.resolve(attribute))) {
        return new Reading.Value<>(dir);
      }
    }
    return new Reading.NotSupported<>("no " + attribute + " above " + device);
  }

  private static Reading<Path> resolve(Path link) {
    try {
      return new Reading.Value<>(link.toRealPath());
    } catch (NoSuchFileException e) {
      return new Reading.NotSupported<>("no " + link);
    } catch (IOException e) {
      return new Reading.Unreadable<>(link + ": " + e.getClass().getSimpleName());
    }
  }
}
