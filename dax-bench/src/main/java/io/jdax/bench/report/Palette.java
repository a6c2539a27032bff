package io.jdax.bench.report;

import io.jdax.bench.shape.Peer;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which colour a row has in the charts and in the legends below them; jdax is the one that stands
 * out.
 */
final class Palette {
  private static final Map<Peer, int[]> SHADES =
      new EnumMap<>(
          Map.of(
              Peer.JDAX, new int[] {0x0F766E, 0x5EBBB2},
              Peer.C, new int[] {0x475569},
              Peer.LIBPMEM, new int[] {0x94A3B8, 0xCBD5E1},
              Peer.KERNEL, new int[] {0x7C3AED, 0xC4B5FD},
              Peer.JAVA, new int[] {0xD97706, 0xFCD34D, 0xFDE68A, 0xFEF3C7},
              Peer.CHANNEL, new int[] {0xB91C1C, 0xF08080}));

  private static final int[] CURVES = {0x0F766E, 0x2563EB, 0x7C3AED, 0xB91C1C, 0xD97706};

  private Palette() {}

  /** RGB by name, for the rows that were measured: shades of their peer's colour. */
  static Map<String, Integer> ofBars(List<Measurement> measured) {
    Map<String, Integer> colours = new LinkedHashMap<>();
    Map<Peer, Integer> used = new EnumMap<>(Peer.class);
    for (Measurement m : measured) {
      if (m.nsPerOp() != null && !colours.containsKey(m.of().name())) {
        int[] shades = SHADES.getOrDefault(m.of().by(), CURVES);
        int shade = used.merge(m.of().by(), 1, Integer::sum) - 1;
        colours.put(m.of().name(), shades[shade % shades.length]);
      }
    }
    return colours;
  }

  /** RGB by name of curve. */
  static Map<String, Integer> ofCurves(List<Latency> latencies) {
    Map<String, Integer> colours = new LinkedHashMap<>();
    for (Latency latency : latencies) {
      colours.put(latency.name(), CURVES[colours.size() % CURVES.length]);
    }
    return colours;
  }
}
