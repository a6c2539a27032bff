package io.jdax.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ResultsTest {
  @Test
  @DisplayName("Results are an array of rows of nine members")
  void resultsAreAnArrayOfRowsOfNineMembers() {
    JsonArray rows = JsonParser.parseString(ResultsFile.json(Rows.measured())).getAsJsonArray();
    assertEquals(3, rows.size());
    JsonObject row = rows.get(0).getAsJsonObject();
    assertEquals(
        Set.of(
            "group",
            "name",
            "params",
            "threads",
            "nsPerOp",
            "errorNs",
            "mbPerSecond",
            "baseline",
            "ratio"),
        row.keySet());
    assertEquals("bytes=64 order=random", row.get("params").getAsString());
    assertEquals(160, row.get("nsPerOp").getAsDouble());
    assertEquals(400, row.get("mbPerSecond").getAsDouble(), 1e-9);
    assertEquals("C store", row.get("baseline").getAsString());
    assertEquals(0.8, row.get("ratio").getAsDouble(), 1e-9);
  }

  @Test
  @DisplayName("Figures that are not known are null")
  void figuresThatAreNotKnownAreNull() {
    JsonArray rows = JsonParser.parseString(ResultsFile.json(Rows.withoutC())).getAsJsonArray();
    JsonObject absent = rows.get(1).getAsJsonObject();
    for (String figure : List.of("nsPerOp", "errorNs", "mbPerSecond", "baseline", "ratio")) {
      assertTrue(absent.get(figure).isJsonNull(), figure);
    }
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

        Durable store          ns/op  ± error  MB/s  ratio to
          64 B, random
            jdax store           160   ± 2.00   400  0.80 × C store
            C store              200            320  1.25 × jdax store
            FileChannel write  1,600   ± 12.3  40.0  10.0 × jdax store

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
