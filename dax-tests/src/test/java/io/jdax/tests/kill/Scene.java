package io.jdax.tests.kill;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small file system with one of everything, all of it durable, and a file of it open and mapped:
 * where a {@link Deed} is done.
 *
 * <pre>
 *   /f   pages 0 … 11 written, 12 … 15 hole, 16 … 19 unwritten, 20 … 23 hole; attribute user.a
 *   /g   2 pages      /d/h   3 pages      /s   a symbolic link      /d, /empty   directories
 * </pre>
 */
@SuppressWarnings("NullAway.Init") // make() and of() mount before anything else
final class Scene implements AutoCloseable {
  static final int PAGE = Pages.BYTES;
  static final int PAGES = 24;

  private record Noise(int bytes, long seed) {}

  private static final Map<Noise, byte[]> NOISE = new ConcurrentHashMap<>();

  private final PmemBlockDevice device;
  DaxFileSystem fs;
  DaxFile file;
  DaxMapping mapping;

  private Scene(Region region, Persister persister) throws IOException {
    device = PmemBlockDevice.of(region, persister, PAGE);
  }

  /** Made anew. */
  static Scene make(Region region, Persister persister) throws IOException {
    Scene scene = new Scene(region, persister);
    DaxFileSystem.format(scene.device, "scene");
    try (DaxFileSystem fs = DaxFileSystem.mount(scene.device, 1)) {
      fs.createDirectory("/d");
      fs.createDirectory("/empty");
      fs.symlink("d/h", "/s");
      try (DaxFile f = scene.create(fs, "/f", 12 * PAGE)) {
        f.truncate(PAGES * PAGE);
        f.allocate(16 * PAGE, 4 * PAGE, false);
        fs.setAttribute("/f", "user.a", noise(700, 1));
      }
      scene.create(fs, "/g", 2 * PAGE).close();
      scene.create(fs, "/d/h", 3 * PAGE).close();
    }
    scene.mount();
    return scene;
  }

  /** What is there already. */
  static Scene of(Region region, Persister persister) throws IOException {
    Scene scene = new Scene(region, persister);
    scene.mount();
    return scene;
  }

  private DaxFile create(DaxFileSystem fs, String path, int bytes) throws IOException {
    DaxFile f = fs.open(path, OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE_NEW);
    f.write(0, MemorySegment.ofArray(noise(bytes, path.hashCode())));
    f.fsync();
    return f;
  }

  private void mount() throws IOException {
    fs = DaxFileSystem.mount(device, 1);
    file = fs.open("/f", OpenMode.READ, OpenMode.WRITE);
    mapping = file.map(0, PAGES * PAGE);
  }

  void remount() throws IOException {
    fs.close();
    mount();
  }

  /** Not to be changed: made once, since an interpreter takes its time over it. */
  static byte[] noise(int bytes, long seed) {
    return NOISE.computeIfAbsent(
        new Noise(bytes, seed),
        n -> {
          byte[] noise = new byte[n.bytes];
          new Random(n.seed).nextBytes(noise);
          return noise;
        });
  }

  static MemorySegment data(int bytes) {
    return MemorySegment.ofArray(noise(bytes, 99));
  }

  @Override
  public void close() throws IOException {
    fs.close();
  }
}
