package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.jdax.testing.CrashFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The exploration has teeth: it finds bugs that were put in on purpose. */
class CrashMutantsTest {
  @ParameterizedTest
  @EnumSource(FsMutant.class)
  @DisplayName("A flush, drain or zeroing that is left out is found, and its state is found again")
  void found(FsMutant mutant) throws IOException {
    SuiteShare.assumeTurn(List.of(FsMutant.values()), mutant, 2);
    FsRun.Settings settings = FsRun.Settings.of(64);
    List<String> names = new ArrayList<>();
    if (mutant.isOfLog()) {
      LogWorkloads.ALL.keySet().forEach(name -> names.add("log8-" + name));
      LogWorkloads.ALL.keySet().forEach(name -> names.add("log2-" + name));
    } else {
      names.addAll(Workloads.SINGLE.keySet());
      for (int seed = 0; seed < 10; seed++) {
        names.add("random-" + seed);
      }
    }
    for (String name : names) {
      CrashFailure failure = Explorations.find(name, settings, mutant);
      if (failure != null) {
        assertTrue(failure.id().startsWith(name + "/"), failure.id());
        CrashFailure again = Explorations.find(name, settings.replay(failure.id()), mutant);
        assertNotNull(again, failure.id() + " was not found again");
        assertEquals(failure.id(), again.id());
        return;
      }
    }
    fail(mutant + " survives");
  }
}
