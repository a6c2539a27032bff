package io.jdax.bench.shape;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.region.RegionKind;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PeerTest {
  @Test
  @DisplayName("Absence of the peers is the only reason not to measure them")
  void absenceOfThePeersIsTheOnlyReasonNotToMeasureThem() {
    assertNull(Peer.JDAX.absence(RegionKind.DEVDAX));
    assertTrue(String.valueOf(Peer.CHANNEL.absence(RegionKind.DEVDAX)).contains("not possible"));
  }
}
