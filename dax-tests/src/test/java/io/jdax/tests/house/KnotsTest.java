package io.jdax.tests.house;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Reads the classes of dax-core: groups that all know one another stay small, so that a class can
 * be read, and changed, with few others in mind. {@link Knots#main} prints all there are.
 */
class KnotsTest {
  /** Classes of one package that may all lead to one another. */
  private static final int LIMIT = 6;

  /** Other limits, each with its reason. They may only become smaller. */
  private static final Map<String, Integer> LIMITS =
      Map.of(
          // A factory method on the base class of eight.
          "io.jdax.persist", 10);

  @Test
  @DisplayName("Classes of a package that all know one another are few")
  void knotsAreSmall() throws IOException {
    StringBuilder tooLarge = new StringBuilder();
    Mentions.besides(DaxFileSystem.class)
        .byPackage()
        .forEach(
            (name, graph) ->
                Knots.of(graph).stream()
                    .filter(knot -> knot.size() > LIMITS.getOrDefault(name, LIMIT))
                    .forEach(knot -> tooLarge.append(Knots.describe(knot, graph)).append('\n')));
    assertEquals("", tooLarge.toString(), "too many classes know one another");
  }

  @Test
  @DisplayName("No two packages know one another, by whatever way")
  void packagesAreLayers() throws IOException {
    assertEquals(List.of(), Knots.of(Mentions.besides(DaxFileSystem.class).ofPackages()));
  }

  @Test
  @DisplayName("A knot is found, whatever leads into it and out of it")
  void findsKnots() {
    Map<String, Set<String>> graph = new TreeMap<>();
    for (String edge : List.of("a b", "b c", "c d", "d b", "d e", "e f", "f e", "g a")) {
      graph.computeIfAbsent(edge.substring(0, 1), n -> new TreeSet<>()).add(edge.substring(2));
    }
    assertEquals(List.of(Set.of("b", "c", "d"), Set.of("e", "f")), Knots.of(graph));
  }

  @Test
  @DisplayName("A field, a class that is made, and the class of a constant are mentions")
  void findsMentions() throws IOException {
    Map<String, Set<String>> engine =
        requireNonNull(Mentions.besides(DaxFileSystem.class).byPackage().get("io.jdax.mm.engine"));
    Set<String> table =
        requireNonNull(engine.get("io.jdax.mm.engine.TablePool")).stream()
            .map(name -> name.substring(name.lastIndexOf('.') + 1))
            .collect(Collectors.toSet());
    // a field's type, one that is made, the class of a constant
    assertTrue(table.containsAll(Set.of("AddressPool", "MappedPieces", "PageTable")), "" + table);
  }
}
