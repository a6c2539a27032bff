package io.jdax.region;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A region can't be closed, or its tail not be taken, while others hold it: a file system, the
 * mappings and the pins of its files. It stays open and usable. Close its holders first.
 */
public final class RegionBusyException extends RegionException {
  private static final long serialVersionUID = 1L;

  private final List<String> holders;

  RegionBusyException(String region, String what, List<String> holders) {
    super(region, what + " while in use by " + sentence(holders));
    this.holders = List.copyOf(holders);
  }

  /** The holders, a phrase each such as {@code file system 'scratch'}, in the order they came. */
  public List<String> holders() {
    return holders;
  }

  private static String sentence(List<String> holders) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    holders.forEach(holder -> counts.merge(holder, 1, Integer::sum));
    return counts.entrySet().stream()
        .map(e -> e.getValue() == 1 ? e.getKey() : e.getKey() + " (" + e.getValue() + " times)")
        .collect(Collectors.joining("; "));
  }
}
