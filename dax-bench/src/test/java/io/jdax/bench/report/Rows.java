package io.jdax.bench.report;

import io.jdax.bench.shape.Case;
import io.jdax.bench.shape.Peer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Measurements made up for tests. */
final class Rows {
  private Rows() {}

  static Case jdax() {
    return row("jdax store", Peer.JDAX, "C store", "FileChannel write");
  }

  static Case c() {
    return row("C store", Peer.C, "jdax store");
  }

  static Case channel() {
    return row("FileChannel write", Peer.CHANNEL, "jdax store");
  }

  static List<Measurement> measured() {
    return List.of(
        Measurement.of(jdax(), 160, 2),
        Measurement.of(c(), 200, Double.NaN),
        Measurement.of(channel(), 1600, 12.3));
  }

  static List<Measurement> withoutC() {
    return List.of(
        Measurement.of(jdax(), 160, 2),
        Measurement.absent(c(), "not installed: <no> compiler"),
        Measurement.of(channel(), 1600, 12.3));
  }

  private static Case row(String name, Peer by, String... beside) {
    Map<String, String> params = new TreeMap<>(Map.of("bytes", "64", "order", "random"));
    return new Case(
        "flush",
        "Durable store",
        name,
        params,
        1,
        "a.Class." + name,
        by,
        List.of(beside),
        0,
        1,
        false,
        false);
  }
}
