package io.jdax.bench.report;

import io.jdax.bench.shape.Case;
import io.jdax.bench.shape.Peer;
import java.util.ArrayList;
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
        Measurement.of(jdax(), 160, new Spread(158, 171)),
        Measurement.of(c(), 200, null),
        Measurement.of(channel(), 1600, new Spread(1590, 1650)));
  }

  static List<Measurement> withoutC() {
    return List.of(
        Measurement.of(jdax(), 160, new Spread(158, 171)),
        Measurement.absent(c(), "not installed: <no> compiler"),
        Measurement.of(channel(), 1600, new Spread(1590, 1650)));
  }

  /** What jdax and C took in turns: 9 rounds of 100 to 108 beside 50. */
  static PairMeasurement pair(String id) {
    return pair(id, 100, 101, 102, 103, 104, 105, 106, 107, 108);
  }

  /** What jdax took in rounds in which C took 50. */
  static PairMeasurement pair(String id, double... nanos) {
    List<Rounds.Round> rounds = new ArrayList<>();
    for (double ns : nanos) {
      rounds.add(new Rounds.Round(ns, 50));
    }
    return new PairMeasurement(
        id, "a store", "the same in C", jdax(), c(), new Rounds(rounds), 250.0, null, false);
  }

  static PairMeasurement absent(String id) {
    return new PairMeasurement(
        id, "a store", "the same in C", jdax(), c(), null, null, "not installed", false);
  }

  static RunFacts run() {
    return new RunFacts(
        "quick",
        "2026-11-30T12:00:00Z",
        "here",
        "a processor",
        2,
        "Linux 6.18",
        "OpenJDK 25",
        "0123456789ab",
        "EMULATED",
        1 << 20,
        "cache line");
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
