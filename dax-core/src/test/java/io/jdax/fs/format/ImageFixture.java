package io.jdax.fs.format;

import static io.jdax.Sizes.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A region with a copy of the image, or with another file system, for the length of a test. */
final class ImageFixture {
  private ImageFixture() {}

  interface Body {
    void run(Region region, PmemBlockDevice device) throws IOException;
  }

  /** Runs on a copy of the image. */
  static void onImage(Body body) throws IOException {
    byte[] image = ImageText.kept().image(ImageRecipe.IMAGE_BYTES);
    try (Region region = Region.anonymous("image", image.length)) {
      MemorySegment.copy(MemorySegment.ofArray(image), 0, region.segment(), 0, image.length);
      on(region, body);
    }
  }

  static void on(Region region, Body body) throws IOException {
    try (PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), PAGE)) {
      body.run(region, device);
    }
  }

  static byte[] bytes(Region region) {
    return region.segment().toArray(JAVA_BYTE);
  }

  /** The names in a directory, sorted. */
  static List<String> list(DaxFileSystem fs, String path) throws IOException {
    return fs.list(path).toList().stream().map(e -> e.name()).sorted().toList();
  }
}
