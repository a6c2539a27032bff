package io.jdax.tests.kill;

import io.jdax.fs.error.TreeFailedException;
import io.jdax.os.AccessFault;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A process under whose region the file shrinks, before each kind of operation, and is made whole
 * again afterwards. One line per case; one that starts with {@code bad} is a failure.
 */
final class ShrinkChild {
  private static final int SIZE = 1 << 20;
  private static final int[] CUTS = {0, 16 << 12};
  private static final int WARMTH = 30_000;

  private final Path path;

  private ShrinkChild(Path path) {
    this.path = path;
  }

  /**
   * @param args the region's path; {@code warm}: compiled code, else as it comes
   */
  public static void main(String[] args) throws Exception {
    ShrinkChild child = new ShrinkChild(Path.of(args[0]));
    boolean warm = args[1].equals("warm");
    if (warm) {
      child.warm();
    }
    Remains before = child.left(null);
    for (Deed deed : Deed.values()) {
      Remains done = child.left(deed);
      for (int cut : CUTS) {
        for (boolean closeEarly : warm ? new boolean[] {false, true} : new boolean[1]) {
          String name = deed + " cut to " + cut + (closeEarly ? ", closed early: " : ": ");
          try {
            System.out.println(name + child.shrink(deed, cut, closeEarly, before, done));
          } catch (Throwable t) {
            System.out.println("bad " + name + t);
            t.printStackTrace();
          }
        }
      }
    }
    System.out.println("survived");
  }

  private interface Step {
    void run() throws IOException;
  }

  private Scene make(Region region) throws IOException {
    Scene scene = Scene.make(region, Persister.of(region));
    scene.mapping.populate(0, 12 * Scene.PAGE, true);
    scene.mapping.putLong(6 * Scene.PAGE, 7); // dirty when the file shrinks
    return scene;
  }

  private void warm() throws IOException {
    Files.deleteIfExists(path);
    try (Region region = Region.at(path).size(SIZE).create();
        Scene scene = make(region)) {
      long sum = 0;
      for (int i = 0; i < WARMTH; i++) {
        scene.mapping.putLong(3 * Scene.PAGE + 8, i);
        sum += scene.mapping.getLong(3 * Scene.PAGE);
        Deed.LOAD.on(scene);
        Deed.STORE_OVER.on(scene);
        if (i % 10 == 0) {
          Deed.READ.on(scene);
          Deed.LOAD_BULK.on(scene);
          Deed.STORE_BULK.on(scene);
          Deed.WRITE_OVER.on(scene);
          Deed.STORE_PERSIST.on(scene);
        }
      }
      System.out.println("warm " + (sum & 1));
    }
  }

  /** What is there after it has been done and made durable. */
  private Remains left(@Nullable Deed deed) throws IOException {
    Files.deleteIfExists(path);
    try (Region region = Region.at(path).size(SIZE).create();
        Scene scene = make(region)) {
      if (deed != null) {
        deed.on(scene);
      }
      scene.remount();
      return Remains.of(scene.fs);
    }
  }

  private String shrink(Deed deed, int cut, boolean closeEarly, Remains before, Remains done)
      throws IOException {
    Files.deleteIfExists(path);
    String what;
    boolean returned;
    try (Region region = Region.at(path).size(SIZE).create()) {
      Scene scene = make(region);
      byte[] saved = Files.readAllBytes(path);
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
        file.truncate(cut);
        what = outcome(() -> deed.on(scene), deed.touchesMemory());
        returned = what.equals("returned");
        if (closeEarly) {
          what += ", close " + outcome(scene::close, false);
        }
        file.write(ByteBuffer.wrap(saved, cut, SIZE - cut), cut);
      }
      if (!closeEarly && deed != Deed.REMOUNT) {
        what += ", then " + usable(scene);
      }
      scene.close();
    }
    try (Region region = Region.open(path);
        Scene scene = Scene.of(region, Persister.of(region))) {
      boolean acknowledged = returned && deed.durable();
      String complaint = Remains.of(scene.fs).complaint(deed, acknowledged, before, done);
      if (complaint != null) {
        throw new IllegalStateException(complaint);
      }
      scene.fs.createDirectory("/usable");
    }
    return what;
  }

  /**
   * Returned, or failed as it may: an error that says what is wrong with the media.
   *
   * @param touches plain accesses: in compiled code the JVM's own error may be late, and get past
   *     the accessor
   */
  private static String outcome(Step step, boolean touches) throws IOException {
    try {
      step.run();
      AccessFault.deliver(); // what is thrown late counts
      return "returned";
    } catch (IOException e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t instanceof MediaErrorException) {
          return e.getClass().getSimpleName();
        }
      }
      throw e;
    } catch (InternalError e) {
      if (touches) {
        return "InternalError";
      }
      throw e;
    }
  }

  /** The pages are back: the file system works, or is read-only and says why. */
  private static String usable(Scene scene) throws IOException {
    scene.file.read(0, MemorySegment.ofArray(new byte[12 * Scene.PAGE]));
    scene.fs.statfs();
    try {
      scene.fs.createDirectory("/after");
      scene.fs.removeDirectory("/after");
      return "usable";
    } catch (TreeFailedException e) {
      if (e.getCause() instanceof MediaErrorException) {
        return "read-only";
      }
      throw e;
    }
  }
}
