package io.jdax.bench.report;

import java.util.List;

/**
 * Draws for the report. An interface because a bare machine may have no font, and the report has to
 * be written there.
 */
interface Charts {
  /**
   * Bars for the cases under one heading that were measured, as the URI of an image.
   *
   * @throws ChartException nothing can be drawn on this machine
   */
  String bars(List<Measurement> measured) throws ChartException;

  /** As {@link #bars}: a curve per latency, percentiles to the right. */
  String percentiles(List<Latency> latencies) throws ChartException;

  /** Nothing can be drawn; the message says why. */
  final class ChartException extends Exception {
    private static final long serialVersionUID = 1L;

    ChartException(Throwable cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }
  }
}
