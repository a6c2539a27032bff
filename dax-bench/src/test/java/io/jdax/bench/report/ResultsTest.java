package io.jdax.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ResultsTest {
  @Test
  @DisplayName("Results carry what their figures depend on, and rows of sixteen members")
  void resultsCarryWhatTheirFiguresDependOn() {
    JsonObject file = json(Rows.measured());
    assertEquals(
        Set.of(
            "kind",
            "date",
            "machine",
            "processor",
            "cores",
            "kernel",
            "jdk",
            "jdax",
            "regionKind",
            "regionBytes",
            "persister"),
        file.getAsJsonObject("run").keySet());
    JsonArray rows = file.getAsJsonArray("rows");
    assertEquals(3, rows.size());
    JsonObject row = rows.get(0).getAsJsonObject();
    assertEquals(
        Set.of(
            "id",
            "group",
            "name",
            "params",
            "threads",
            "nsPerOp",
            "lowNs",
            "highNs",
            "p99Ns",
            "mbPerSecond",
            "baseline",
            "baselineNs",
            "ratio",
            "ratioLow",
            "ratioHigh",
            "note"),
        row.keySet());
    assertEquals("flush/jdax store/bytes=64 order=random", row.get("id").getAsString());
    assertEquals("bytes=64 order=random", row.get("params").getAsString());
    assertEquals(160, row.get("nsPerOp").getAsDouble());
    assertEquals(158, row.get("lowNs").getAsDouble());
    assertEquals(171, row.get("highNs").getAsDouble());
    assertEquals(400, row.get("mbPerSecond").getAsDouble(), 1e-9);
    assertEquals("C store", row.get("baseline").getAsString());
    assertEquals(0.8, row.get("ratio").getAsDouble(), 1e-9);
  }

  @Test
  @DisplayName("A pair has the spread of its ratios and the percentile of single operations")
  void aPairHasTheSpreadOfItsRatios() {
    Result row = Result.of(Rows.pair("store"));
    assertEquals("store", row.id());
    assertEquals(102, row.nsPerOp());
    assertEquals(2.04, row.ratio());
    assertEquals(100.8 / 50, Objects.requireNonNull(row.ratioLow()), 1e-9);
    assertEquals(107.2 / 50, Objects.requireNonNull(row.ratioHigh()), 1e-9);
    assertEquals(250, row.p99Ns());
    assertEquals("not installed", Result.of(Rows.absent("store")).note());
  }

  @Test
  @DisplayName("Figures that are not known are null")
  void figuresThatAreNotKnownAreNull() {
    JsonObject absent = json(Rows.withoutC()).getAsJsonArray("rows").get(1).getAsJsonObject();
    for (String figure : List.of("nsPerOp", "lowNs", "mbPerSecond", "baseline", "ratio")) {
      assertTrue(absent.get(figure).isJsonNull(), figure);
    }
    assertEquals("not installed: <no> compiler", absent.get("note").getAsString());
  }

  private static JsonObject json(List<Measurement> measured) {
    List<Result> rows = measured.stream().map(m -> Result.of(m, measured)).toList();
    return JsonParser.parseString(new ResultsFile(Rows.run(), rows).json()).getAsJsonObject();
  }

  @Test
  @DisplayName("The next baseline stands in for one that is not installed")
  void theNextBaselineStandsInForOneThatIsNotInstalled() {
    List<Measurement> measured = Rows.withoutC();
    Result result = Result.of(measured.getFirst(), measured);
    assertEquals("FileChannel write", result.baseline());
  }

  @Test
  @DisplayName("The table has a heading per shape and a row per way")
  void theTableHasAHeadingPerShapeAndARowPerWay() {
    assertEquals(
        """

        Durable store          ns/op      10 to 90 %  MB/s  ratio to
          64 B, random
            jdax store           160      158 to 171   400  0.80 × C store
            C store              200                   320  1.25 × jdax store
            FileChannel write  1,600  1,590 to 1,650  40.0  10.0 × jdax store

        """,
        new ResultTable(Rows.measured()).toString());
  }

  @Test
  @DisplayName("The table says why a row has no figures")
  void theTableSaysWhyARowHasNoFigures() {
    String table = new ResultTable(Rows.withoutC()).toString();
    assertTrue(table.contains("C store"), table);
    assertTrue(table.contains("not installed: <no> compiler"), table);
  }
}
