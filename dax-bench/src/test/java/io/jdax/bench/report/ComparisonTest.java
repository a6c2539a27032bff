package io.jdax.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {
  @TempDir Path folder = Path.of("");

  @Test
  @DisplayName("Rows whose spreads are apart have changed, and others are within noise")
  void rowsWhoseSpreadsAreApartHaveChanged() {
    Comparison comparison =
        new Comparison(
            file(Rows.pair("same"), Rows.pair("slower", 100, 101), Rows.pair("faster", 100, 101)),
            file(Rows.pair("same", 99, 107), Rows.pair("slower", 150), Rows.pair("faster", 50)));
    assertTrue(comparison.hasSlower());
    String text = comparison.toString();
    assertTrue(text.contains("1 slower, 1 faster, 1 within noise"), text);
    assertTrue(text.contains("1.50 times as long: slower"), text);
    assertTrue(text.contains("2.00 times as fast: faster"), text);
    assertFalse(text.contains("same"), text);
    assertFalse(text.contains("another"), text);
  }

  @Test
  @DisplayName("A machine that is slower on both sides of a pair is no change")
  void aMachineThatIsSlowerOnBothSidesIsNoChange() {
    PairMeasurement slow =
        new PairMeasurement(
            "store",
            "a store",
            "the same in C",
            Rows.jdax(),
            Rows.c(),
            new Rounds(List.of(new Rounds.Round(200, 100), new Rounds.Round(204, 100))),
            null,
            null,
            false);
    Comparison comparison = new Comparison(file(Rows.pair("store", 100, 102)), file(slow));
    assertFalse(comparison.hasSlower(), comparison.toString());
  }

  @Test
  @DisplayName("Rows without sides in turns are compared by nanoseconds")
  void rowsWithoutTurnsAreComparedByNanoseconds() {
    Measurement before = Measurement.of(Rows.jdax(), 100, new Spread(95, 105));
    Measurement after = Measurement.of(Rows.jdax(), 120, new Spread(115, 125));
    ResultsFile one = new ResultsFile(Rows.run(), List.of(Result.of(before, List.of(before))));
    ResultsFile two = new ResultsFile(Rows.run(), List.of(Result.of(after, List.of(after))));
    assertTrue(new Comparison(one, two).hasSlower());
    assertFalse(new Comparison(two, one).hasSlower());
  }

  @Test
  @DisplayName("Rows that only one run has are named, and rows without figures too")
  void rowsThatOnlyOneRunHasAreNamed() {
    String text =
        new Comparison(
                file(Rows.pair("old"), Rows.pair("gone")),
                file(Rows.pair("new"), Rows.absent("gone")))
            .toString();
    assertTrue(text.contains("only in the first: old"), text);
    assertTrue(text.contains("only in the second: new"), text);
    assertTrue(text.contains("without figures in one of the two: gone"), text);
    assertTrue(text.contains("0 slower, 0 faster, 0 within noise"), text);
  }

  @Test
  @DisplayName("Another machine and another version are told")
  void anotherMachineAndAnotherVersionAreTold() {
    RunFacts r = Rows.run();
    RunFacts other =
        new RunFacts(
            r.kind(),
            "2026-12-24T12:00:00Z",
            "there",
            r.processor(),
            r.cores(),
            r.kernel(),
            r.jdk(),
            "ba9876543210",
            r.regionKind(),
            r.regionBytes(),
            r.persister());
    String text = new Comparison(file(), new ResultsFile(other, List.of())).toString();
    assertTrue(text.contains("another machine: here, and there"), text);
    assertTrue(text.contains("another jdax: 0123456789ab, and ba9876543210"), text);
    assertFalse(text.contains("2026-12-24"), text);
  }

  @Test
  @DisplayName("What is written is read as it was")
  void whatIsWrittenIsReadAsItWas() throws IOException {
    ResultsFile written = file(Rows.pair("a"), Rows.absent("b"));
    Path path = folder.resolve("results.json");
    written.write(path);
    assertEquals(written, ResultsFile.read(path));
  }

  @ParameterizedTest
  @DisplayName("A file that is something else is refused in one sentence that names it")
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "4711",
        "{}",
        "{\"format\": 1}",
        "{\"format\": 2}",
        "{\"format\": 2, \"run\": {}, \"rows\": []}",
        "{\"format\": 2, \"run\": {}, \"rows\": [null]}",
        "{\"format\": \"two\"}"
      })
  void aFileThatIsSomethingElseIsRefused(String content) throws IOException {
    Path path = folder.resolve("else.json");
    Files.writeString(path, content);
    IOException e = assertThrows(IOException.class, () -> ResultsFile.read(path));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(path + ": "), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  @DisplayName("A file with two rows of one id is refused, and one that is not there")
  void aFileWithTwoRowsOfOneIdIsRefused() throws IOException {
    Path path = folder.resolve("twice.json");
    file(Rows.pair("a"), Rows.pair("a")).write(path);
    assertThrows(IOException.class, () -> ResultsFile.read(path));
    Path nowhere = folder.resolve("nowhere");
    IOException e = assertThrows(IOException.class, () -> ResultsFile.read(nowhere));
    assertEquals(nowhere + ": there is no such file", e.getMessage());
  }

  private static ResultsFile file(PairMeasurement... measured) {
    return new ResultsFile(Rows.run(), Stream.of(measured).map(Result::of).toList());
  }
}
