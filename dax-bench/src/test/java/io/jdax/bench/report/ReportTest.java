package io.jdax.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Map<String, String> MACHINE = Map.of("CPU", "a & b");

  @Test
  @DisplayName("Without fonts the tables are there and the reason is given once")
  void withoutFontsTheTablesAreThereAndTheReasonIsGivenOnce() {
    Charts fontless =
        new Charts() {
          @Override
          public String bars(List<Measurement> measured) throws ChartException {
            throw new ChartException(new InternalError("Fontconfig head is null"));
          }

          @Override
          public String percentiles(List<Latency> latencies) throws ChartException {
            throw new ChartException(new InternalError("Fontconfig head is null"));
          }
        };
    String html = Report.ofRows(Rows.measured(), latencies(), MACHINE, fontless).html();
    assertFalse(html.contains("<img"));
    assertEquals(2, html.split("Fontconfig head is null", -1).length);
    assertTrue(html.contains("FileChannel write"));
    assertTrue(html.contains("1,600"));
  }

  @Test
  @DisplayName("It needs nothing from elsewhere")
  void itNeedsNothingFromElsewhere() {
    Charts charts =
        new Charts() {
          @Override
          public String bars(List<Measurement> measured) {
            return "data:image/png;base64,";
          }

          @Override
          public String percentiles(List<Latency> latencies) {
            return "data:image/png;base64,";
          }
        };
    String html = Report.ofRows(Rows.withoutC(), latencies(), MACHINE, charts).html();
    assertFalse(html.contains("://"), "no address");
    assertFalse(html.contains("<script"), "no script");
    assertEquals(3, html.split("<img", -1).length);
    assertTrue(html.contains("not installed: &lt;no&gt; compiler"), "text is escaped");
    assertTrue(html.contains("a &amp; b"), "text is escaped");
  }

  @Test
  @DisplayName("Charts are drawn where there are fonts")
  void chartsAreDrawnWhereThereAreFonts() {
    XCharts charts = new XCharts();
    try {
      assertTrue(charts.bars(Rows.withoutC()).startsWith("data:image/png;base64,iVBOR"));
      assertTrue(charts.percentiles(latencies()).startsWith("data:image/png;base64,iVBOR"));
    } catch (Charts.ChartException e) {
      assumeTrue(false, "no fonts here: " + e.getMessage());
    }
  }

  private static List<Latency> latencies() {
    Histogram histogram = new Histogram(1, 1_000_000_000, 3);
    for (int i = 100; i < 10_000; i++) {
      histogram.recordValue(i);
    }
    return List.of(new Latency("durable store", histogram));
  }
}
