package io.jdax.fs;

import io.jdax.Sizes;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.region.Region;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A mounted file system each of whose calls to the media a test can hold up, or let fail. */
abstract class SteppedFs {
  static final OpenMode[] RW = Modes.RW;
  static final int PAGE = Sizes.PAGE;

  Region region;
  SteppedPersister persister;
  FsFixture fixture;
  DaxFileSystem fs;

  @BeforeEach
  final void mount() throws IOException {
    region = Region.anonymous("stepped", 8 << 20);
    persister = new SteppedPersister(region);
    fixture = new FsFixture(region, persister, MountOptions.DEFAULTS);
    fs = fixture.fs;
  }

  @AfterEach
  final void close() throws IOException {
    persister.step = call -> {};
    fixture.close();
  }
}
