package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.region.Region;
import io.jdax.region.RegionBusyException;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One file system, or one check, at a time. */
class OccupantTest {
  private final Object device = new Object();

  private void assertBusy(String what) {
    String said =
        Messages.of(assertThrows(IOException.class, () -> Occupant.occupy(device, "d", "another")));
    assertTrue(said.contains(what), said);
  }

  @Test
  @DisplayName("A device has one occupant, whom a second one is told, until he leaves")
  void one() throws IOException {
    Occupant.occupy(device, "d", "a check");
    assertBusy("a check");
    Occupant.becomes(device, "a mounted file system");
    assertBusy("a mounted file system");
    Occupant.occupy(new Object(), "other", "a check of another");
    Occupant.leave(device);
    Occupant.occupy(device, "d", "a third");
    assertBusy("a third");
    Occupant.leave(device);
    Occupant.leave(device);
    Occupant.becomes(device, "nobody");
    Occupant.occupy(device, "d", "a fourth");
    Occupant.leave(device);
  }

  @Test
  @DisplayName("A region is not closed under its occupant, who is told")
  void region() throws IOException {
    try (Region region = Region.anonymous("occupied", 1 << 20)) {
      Occupant.occupy(region, region.name(), "a check");
      Occupant.becomes(region, "a repair");
      String said = Messages.of(assertThrows(RegionBusyException.class, region::close));
      assertTrue(said.contains("a repair"), said);
      Occupant.leave(region);
    }
  }
}
