package io.jdax.tools;

import io.jdax.machine.Reading;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import io.jdax.region.RegionFacts;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every fact of a region, for people or for programs. A fact that is added to {@link RegionFacts}
 * is shown without a change here.
 */
final class RegionDescription {
  private final Map<String, Object> facts;

  private RegionDescription(Map<String, Object> facts) {
    this.facts = facts;
  }

  /**
   * @param persister what {@link #persister} has said
   */
  static RegionDescription of(Region region, String persister) {
    Map<String, Object> facts = new LinkedHashMap<>();
    RegionFacts record = region.facts();
    for (RecordComponent component : RegionFacts.class.getRecordComponents()) {
      facts.put(component.getName(), Json.value(record, component));
    }
    facts.put("pageSizes", region.pageSizes());
    facts.put("persister", persister);
    facts.put("nativeStubs", Region.nativeStubs().sentence());
    return new RegionDescription(facts);
  }

  /**
   * What would make stores to a region durable. If nothing can, that is said, since the region is
   * worth a description all the same.
   */
  static String persister(Region region) {
    try {
      return Persister.of(region).describe();
    } catch (IOException e) {
      return "none (" + Complaint.firstLine(String.valueOf(e.getMessage())) + ")";
    }
  }

  String text() {
    StringBuilder text = new StringBuilder();
    int width = facts.keySet().stream().mapToInt(name -> label(name).length()).max().orElse(0);
    facts.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? "" : System.lineSeparator())
                .append(("%-" + width + "s  %s").formatted(label(name), people(name, value))));
    return text.toString();
  }

  /** {@code numaNode} to {@code numa node}. */
  private static String label(String name) {
    return name.replaceAll("Bytes$", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT);
  }

  private static String people(String name, Object value) {
    return switch (value) {
      case Boolean yes -> yes ? "yes" : "no";
      case Long bytes when name.endsWith("Bytes") -> SizeBytes.text(bytes);
      case Reading.Value<?>(List<?> list) when list.isEmpty() -> "none";
      case String none when none.isEmpty() -> "none";
      default -> value.toString();
    };
  }

  String json() {
    return Json.text(members());
  }

  /**
   * Readings without a value are null. A member of the same name with {@code Absence} after it says
   * why.
   */
  Map<String, @Nullable Object> members() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    facts.forEach(
        (name, value) -> {
          if (value instanceof Reading<?> reading) {
            members.put(
                name, reading instanceof Reading.Value<?>(var answer) ? Json.plain(answer) : null);
            if (!(reading instanceof Reading.Value<?>)) {
              members.put(name + "Absence", reading.toString());
            }
          } else {
            members.put(name, Json.plain(value));
          }
        });
    return members;
  }
}
