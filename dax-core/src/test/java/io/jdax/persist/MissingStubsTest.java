package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.machine.StubStatus;
import io.jdax.os.LoggedBy;
import io.jdax.region.PersistenceDomain;
import io.jdax.region.RegionKind;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MissingStubsTest {
  private static final StubStatus ABSENT =
      new StubStatus.NotSupported("this build of jdax has no native stubs for z80");

  private static void tell(RegionKind kind, PersistenceDomain domain, StubStatus stubs)
      throws Exception {
    PersistSituation situation = new PersistSituation("r", kind, false, domain, stubs, 0, "amd64");
    MissingStubs.tell(situation, PersistChoice.plan(situation, PersistOverrides.NONE));
  }

  @Test
  @DisplayName(
      "Regions that are slower without native stubs say so once: a warning if they are real, else a"
          + " remark")
  void once() throws Exception {
    PersistenceDomain adr = PersistenceDomain.MEMORY_CONTROLLER;
    try (LoggedBy log = new LoggedBy(PersistChoice.class)) {
      tell(RegionKind.EMULATED, adr, new StubStatus.Loaded("native stubs"));
      tell(RegionKind.FILE, adr, ABSENT);
      tell(RegionKind.DEVDAX, PersistenceDomain.CPU_CACHE, ABSENT);
      assertEquals(List.of(), log.lines());
      tell(RegionKind.EMULATED, adr, ABSENT);
      tell(RegionKind.ANONYMOUS, adr, ABSENT);
      tell(RegionKind.FSDAX, adr, ABSENT);
      tell(RegionKind.FSDAX, adr, ABSENT);
      assertEquals(
          List.of(
              "INFO r: stores are made durable by msync, slower than by the native stubs: "
                  + ABSENT.sentence(),
              "WARNING r: stores are made durable by the JDK, slower than by the native stubs: "
                  + ABSENT.sentence()),
          log.lines());
    }
  }
}
