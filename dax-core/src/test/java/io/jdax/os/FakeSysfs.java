package io.jdax.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small tree of plain files that looks like sysfs, put in its place until closed. */
public final class FakeSysfs implements AutoCloseable {
  /** The nd region's folder, relative to the root. */
  public static final String REGION = "devices/platform/ndbus0/region0";

  private final Path root;

  public FakeSysfs(Path root) throws IOException {
    this.root = Files.createDirectories(root).toRealPath();
    System.setProperty(Sysfs.ROOT_PROPERTY, this.root.toString());
  }

  public Path root() {
    return root;
  }

  /** Writes one attribute, making the folders above it. */
  public FakeSysfs put(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
    return this;
  }

  /** An attribute that is there and can't be read: reading a folder fails with EISDIR. */
  public FakeSysfs putUnreadable(String path) throws IOException {
    Files.createDirectories(root.resolve(path));
    return this;
  }

  /** Links {@code dev/KIND/NUMBER} to a device folder. */
  public FakeSysfs link(String kind, String number, String device) throws IOException {
    Path links = root.resolve("dev").resolve(kind);
    Files.createDirectories(links);
    Files.createDirectories(root.resolve(device));
    Files.createSymbolicLink(links.resolve(number), links.relativize(root.resolve(device)));
    return this;
  }

  @Override
  public void close() {
    System.clearProperty(Sysfs.ROOT_PROPERTY);
  }
}
