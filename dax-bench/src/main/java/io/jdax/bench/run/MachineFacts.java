package io.jdax.bench.run;

import io.jdax.bench.bed.Peers;
import io.jdax.bench.report.Figures;
import io.jdax.bench.report.RunFacts;
import io.jdax.region.Region;
import io.jdax.region.RegionFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the figures depend on: a figure without its machine says nothing. */
final class MachineFacts {
  private MachineFacts() {}

  /** Name and value, in the order to show them in. */
  static Map<String, String> of(BenchRegion region) {
    RegionFacts facts = region.facts();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("CPU", cpu() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
    all.put("Kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    all.put(
        "JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    all.put("jdax", Commit.measured());
    all.put("Region", facts.name() + ", " + Figures.bytes(facts.sizeBytes()) + ", " + facts.kind());
    all.put("Pages", region.pageSizes());
    all.put("Granularity", facts.granularity() + " (" + facts.granularityReason() + ")");
    all.put("Persistence domain", facts.persistenceDomain().toString());
    all.put("Made durable by", region.persister());
    all.put("Native stubs", Region.nativeStubs().sentence());
    all.put("C peers", presence(Peers.absence()));
    all.put("libpmem", presence(Peers.libpmemAbsence()));
    return all;
  }

  /**
   * The same for another program.
   *
   * @param kind of run: see {@link RunFacts}
   */
  static RunFacts run(String kind, BenchRegion region) {
    return new RunFacts(
        kind,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        machine(),
        cpu(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        Commit.measured(),
        region.kind().toString(),
        region.facts().sizeBytes(),
        region.persister());
  }

  private static String machine() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String presence(@Nullable String absence) {
    return absence == null ? "measured" : absence;
  }

  private static String cpu() {
    try {
      List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
      for (String line : lines) {
        // x86 names its model; arm64 has only numbers there
        if (line.startsWith("model name") || line.startsWith("CPU part")) {
          return line.substring(line.indexOf(':') + 1).strip()
              + " ("
              + System.getProperty("os.arch")
              + ")";
        }
      }
      return System.getProperty("os.arch");
    } catch (IOException e) {
      return System.getProperty("os.arch") + " (/proc/cpuinfo: " + e.getMessage() + ")";
    }
  }
}
