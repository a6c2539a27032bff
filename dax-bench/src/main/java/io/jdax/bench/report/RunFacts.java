package io.jdax.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the figures of a run depend on, so that two runs can be told apart.
 *
 * @param kind {@code quick}, {@code limits} or {@code rows}
 * @param date when the run began, ISO 8601, UTC
 * @param machine its name
 * @param processor the model
 * @param cores that the JVM may use
 * @param kernel name and version
 * @param jdk name and version
 * @param jdax the commit, with {@code -dirty} if files differ from it; {@code unknown} where there
 *     is no repository
 * @param regionKind of the region that was measured on
 * @param regionBytes its size
 * @param persister how it is made durable
 */
public record RunFacts(
    String kind,
    String date,
    String machine,
    String processor,
    int cores,
    String kernel,
    String jdk,
    String jdax,
    String regionKind,
    long regionBytes,
    String persister) {

  /** Whether a file that was read had all of them. */
  boolean isWhole() {
    return Stream.of(kind, date, machine, processor, kernel, jdk, jdax, regionKind, persister)
        .allMatch(Objects::nonNull);
  }

  /** What differs in another run, but for the date; a sentence each. */
  List<String> differencesTo(RunFacts other) {
    List<String> all = new ArrayList<>();
    differ(all, "kind of run", kind, other.kind);
    differ(all, "machine", machine, other.machine);
    differ(all, "processor", processor, other.processor);
    differ(all, "cores", cores, other.cores);
    differ(all, "kernel", kernel, other.kernel);
    differ(all, "JDK", jdk, other.jdk);
    differ(all, "jdax", jdax, other.jdax);
    differ(all, "kind of region", regionKind, other.regionKind);
    differ(all, "size of the region", regionBytes, other.regionBytes);
    differ(all, "way to make durable", persister, other.persister);
    return all;
  }

  private static void differ(List<String> all, String what, Object mine, Object others) {
    if (!mine.equals(others)) {
      all.add("another " + what + ": " + mine + ", and " + others);
    }
  }
}
