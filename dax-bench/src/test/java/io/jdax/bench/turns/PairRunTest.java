package io.jdax.bench.turns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.bench.shape.Catalogue;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PairRunTest {
  @Test
  @DisplayName("A worker is told of pairs with and without a part that does not count")
  void aWorkerIsToldOfPairs() {
    var cases = Catalogue.all();
    List<Pair> pairs =
        List.of(
            new Pair(cases.get(0), null, cases.get(1)),
            new Pair(cases.get(2), cases.get(3), cases.get(4)));
    String[] arguments = PairRun.arguments(pairs, Pace.QUICK).toArray(String[]::new);
    assertEquals("QUICK", arguments[0]);
    assertEquals(pairs, PairRun.pairs(arguments));
  }

  @Test
  @DisplayName("Every single operation belongs to a row that exists")
  void everySingleOperationBelongsToARow() {
    for (SingleOperation operation : SingleOperation.values()) {
      assertEquals(operation, SingleOperation.of(Catalogue.named(operation.caseId())));
    }
  }
}
