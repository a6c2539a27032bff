package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.testing.CrashFigures;
import io.jdax.testing.ImageSet;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Power loss while a tree gets a quota, is worked on, and loses it again. */
class CrashQuotaTest {
  @Test
  @DisplayName("After power loss every inode tells its project, and a mount counts what is there")
  void counts() throws IOException {
    CrashFigures figures = Explorations.explore("quota", 1024, new ImageSet());
    assertTrue(figures.distinct() > 500, figures.toString());
  }
}
