package io.jdax.bench.report;

import io.jdax.bench.shape.Case;
import java.awt.AWTError;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.HdrHistogram.HistogramIterationValue;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts by XChart, as PNG of twice the size at which they are shown. */
final class XCharts implements Charts {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 340;
  private static final int SCALE = 2;

  private static final Color TEXT = new Color(0x334155);
  private static final Color GRID = new Color(0xE8EDF3);

  XCharts() {
    System.setProperty("java.awt.headless", "true");
  }

  @Override
  public String bars(List<Measurement> measured) throws ChartException {
    try {
      return png(barChart(measured));
    } catch (RuntimeException | LinkageError | InternalError | AWTError | IOException e) {
      throw new ChartException(e);
    }
  }

  @Override
  public String percentiles(List<Latency> latencies) throws ChartException {
    try {
      return png(percentileChart(latencies));
    } catch (RuntimeException | LinkageError | InternalError | AWTError | IOException e) {
      throw new ChartException(e);
    }
  }

  private static CategoryChart barChart(List<Measurement> measured) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .yAxisTitle("ns per operation")
            .build();
    style(chart.getStyler());
    chart.getStyler().setAvailableSpaceFill(0.85);
    // On a logarithmic axis bars have to begin somewhere: at a decade, and they end at one too.
    double[] measuredNs =
        measured.stream().mapToDouble(XCharts::nanos).filter(Double::isFinite).toArray();
    chart.getStyler().setYAxisMin(decade(Arrays.stream(measuredNs).min().orElse(1) * 0.7, -1));
    chart.getStyler().setYAxisMax(decade(Arrays.stream(measuredNs).max().orElse(1), 1));
    List<String> works = measured.stream().map(m -> work(m.of())).distinct().toList();
    Palette.ofBars(measured)
        .forEach(
            (name, rgb) -> {
              List<Double> values = new ArrayList<>();
              for (String work : works) {
                values.add(value(measured, name, work));
              }
              chart.addSeries(name, works, values).setFillColor(new Color(rgb));
            });
    return chart;
  }

  private static String work(Case c) {
    String work = Figures.work(c);
    return work.isEmpty() ? c.title() : work;
  }

  private static Double value(List<Measurement> measured, String name, String work) {
    for (Measurement m : measured) {
      if (m.nsPerOp() != null && m.of().name().equals(name) && work(m.of()).equals(work)) {
        return m.nsPerOp();
      }
    }
    return Double.NaN;
  }

  private static double nanos(Measurement m) {
    Double ns = m.nsPerOp();
    return ns == null ? Double.NaN : ns;
  }

  /** The power of ten at or below the value, or with direction 1 at or above it. */
  private static double decade(double value, int direction) {
    double exponent = Math.log10(value);
    return Math.pow(10, direction < 0 ? Math.floor(exponent) : Math.ceil(exponent));
  }

  private static XYChart percentileChart(List<Latency> latencies) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("percentile")
            .yAxisTitle("nanoseconds")
            .build();
    style(chart.getStyler());
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setXAxisLogarithmicDecadeOnly(true);
    chart.getStyler().setXAxisMin(1.0);
    chart.getStyler().setXAxisTickLabelsFormattingFunction(XCharts::percentile);
    Map<String, Integer> colours = Palette.ofCurves(latencies);
    for (Latency latency : latencies) {
      List<Double> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      for (HistogramIterationValue v : latency.histogram().percentiles(5)) {
        double beyond = 1 - v.getPercentileLevelIteratedTo() / 100;
        if (beyond > 1e-7) {
          x.add(1 / beyond);
          y.add((double) v.getValueIteratedTo());
        }
      }
      XYSeries series = chart.addSeries(latency.name(), x, y);
      series.setMarker(SeriesMarkers.NONE);
      series.setLineColor(new Color(colours.getOrDefault(latency.name(), 0)));
      series.setLineStyle(new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }
    return chart;
  }

  /** The place 1/(1−p) on the axis back to p: 1000 is 99.9 %. */
  private static String percentile(double place) {
    if (place <= 1) {
      return "0 %";
    }
    int digits = Math.max(0, (int) Math.round(Math.log10(place)) - 2);
    return String.format(Locale.ROOT, "%." + digits + "f %%", 100 - 100 / place);
  }

  private static void style(AxesChartStyler styler) {
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    styler.setYAxisLogarithmic(true);
    styler.setYAxisLogarithmicDecadeOnly(true);
    styler.setYAxisTickLabelsFormattingFunction(Figures::decade);
    styler.setAxisTickLabelsFont(font);
    styler.setAxisTitleFont(font);
    styler.setAxisTickLabelsColor(TEXT);
    styler.setAxisTickMarksColor(GRID);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setLegendVisible(false); // the page has room for one, and wraps it
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setChartFontColor(TEXT);
    styler.setChartTitleVisible(false);
  }

  private static String png(Chart<?, ?> chart) throws IOException {
    BufferedImage image =
        new BufferedImage(WIDTH * SCALE, HEIGHT * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.scale(SCALE, SCALE);
      chart.paint(graphics, WIDTH, HEIGHT);
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
