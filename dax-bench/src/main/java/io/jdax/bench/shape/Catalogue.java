package io.jdax.bench.shape;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;

/**
 * Every {@link Case} there is, found through JMH's own list, so that a new benchmark class needs no
 * entry anywhere.
 *
 * <p>The order is that of measurement too: rows that are compared follow each other, because a
 * machine is not the same machine a minute later.
 */
public final class Catalogue {
  private Catalogue() {}

  /** All cases: by shape, work, and then by who does it. */
  public static List<Case> all() {
    Collection<BenchmarkListEntry> entries = entries();
    Map<String, List<BenchmarkListEntry>> byClass = new TreeMap<>();
    for (BenchmarkListEntry entry : entries) {
      byClass.computeIfAbsent(entry.getUserClassQName(), c -> new ArrayList<>()).add(entry);
    }
    return byClass.entrySet().stream()
        .map(e -> new Source(load(e.getKey()), e.getValue()))
        .sorted(Comparator.comparingInt(source -> source.shape().rank()))
        .flatMap(source -> source.cases().stream())
        .toList();
  }

  /**
   * The case that an id names.
   *
   * @throws IllegalStateException there is none
   */
  public static Case named(String id) {
    return all().stream()
        .filter(c -> c.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no benchmark is called " + id));
  }

  /** The names that {@code --limits --filter} and reports know. */
  static Set<String> groups() {
    Set<String> groups = new TreeSet<>();
    for (Case c : all()) {
      groups.add(c.group());
    }
    return groups;
  }

  private static Collection<BenchmarkListEntry> entries() {
    try (InputStream in = Catalogue.class.getResourceAsStream(BenchmarkList.BENCHMARK_LIST)) {
      InputStream list = in == null ? new ByteArrayInputStream(new byte[0]) : in;
      return BenchmarkList.readBenchmarkList(list);
    } catch (IOException e) {
      throw new IllegalStateException("the list of benchmarks can't be read", e);
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One benchmark class and its methods. */
  private record Source(Class<?> type, List<BenchmarkListEntry> methods) {
    Shape shape() {
      Shape shape = type.getAnnotation(Shape.class);
      if (shape == null) {
        throw new IllegalStateException(type + " has benchmarks, but no @Shape");
      }
      return shape;
    }

    List<Case> cases() {
      List<Case> cases = new ArrayList<>();
      for (Map<String, String> params : combinations()) {
        for (int threads : shape().threads()) {
          for (BenchmarkListEntry method : ordered()) {
            cases.add(of(method, params, threads));
          }
        }
      }
      return cases;
    }

    private List<BenchmarkListEntry> ordered() {
      return methods.stream()
          .sorted(
              Comparator.comparing(
                  this::measures,
                  Comparator.comparing(Measures::by)
                      .thenComparingInt(Measures::rank)
                      .thenComparing(Measures::value)))
          .toList();
    }

    private Case of(BenchmarkListEntry entry, Map<String, String> params, int threads) {
      Measures measures = measures(entry);
      return new Case(
          shape().group(),
          shape().title(),
          measures.value(),
          params,
          threads,
          entry.getUsername(),
          measures.by(),
          List.of(measures.beside()),
          shape().regionBytes(),
          shape().warmups(),
          shape().lengthy(),
          shape().thorough());
    }

    private Measures measures(BenchmarkListEntry entry) {
      String username = entry.getUsername();
      String name = username.substring(username.lastIndexOf('.') + 1);
      for (Method method : type.getMethods()) {
        Measures measures = method.getAnnotation(Measures.class);
        if (measures != null && method.getName().equals(name)) {
          return measures;
        }
      }
      throw new IllegalStateException(type + "." + name + " has no @Measures");
    }

    /** Every combination of the class's parameters, the first of them by name varying slowest. */
    private List<Map<String, String>> combinations() {
      Map<String, String[]> choices =
          new TreeMap<>(methods.getFirst().getParams().orElse(Map.of()));
      List<Map<String, String>> combinations = List.of(new TreeMap<>());
      for (Map.Entry<String, String[]> choice : choices.entrySet()) {
        combinations =
            combinations.stream()
                .flatMap(
                    chosen ->
                        Arrays.stream(choice.getValue())
                            .map(
                                value -> {
                                  Map<String, String> more = new TreeMap<>(chosen);
                                  more.put(choice.getKey(), value);
                                  return more;
                                }))
                .toList();
      }
      return combinations;
    }
  }
}
