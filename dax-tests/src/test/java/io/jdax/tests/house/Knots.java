package io.jdax.tests.house;

import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Knots of a graph: groups in which each leads to each other (strongly connected, by Tarjan's
 * algorithm). Of classes that mention one another, none can be understood, or tested, without all
 * the others.
 */
final class Knots {
  private final Map<String, Set<String>> graph;
  private final Map<String, Integer> number = new HashMap<>();
  private final Map<String, Integer> lowest = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final Set<String> onPath = new HashSet<>();
  private final List<Set<String>> found = new ArrayList<>();

  private Knots(Map<String, Set<String>> graph) {
    this.graph = graph;
  }

  /** Those of more than one, the largest first. */
  static List<Set<String>> of(Map<String, Set<String>> graph) {
    Knots knots = new Knots(graph);
    for (String node : graph.keySet()) {
      if (!knots.number.containsKey(node)) {
        knots.visit(node);
      }
    }
    knots.found.removeIf(knot -> knot.size() == 1);
    knots.found.sort(Comparator.comparingInt((Set<String> knot) -> -knot.size()));
    return knots.found;
  }

  private void visit(String node) {
    number.put(node, number.size());
    lowest.put(node, number.get(node));
    path.push(node);
    onPath.add(node);
    for (String next : graph.getOrDefault(node, Set.of())) {
      if (!number.containsKey(next)) {
        visit(next);
        lowest.merge(node, lowest.get(next), Math::min);
      } else if (onPath.contains(next)) {
        lowest.merge(node, number.get(next), Math::min);
      }
    }
    if (lowest.get(node).equals(number.get(node))) {
      Set<String> knot = new TreeSet<>();
      String member;
      do {
        member = path.pop();
        onPath.remove(member);
        knot.add(member);
      } while (!member.equals(node));
      found.add(knot);
    }
  }

  /** A knot for people: each class with those of the knot that it mentions. */
  static String describe(Set<String> knot, Map<String, Set<String>> graph) {
    StringBuilder text = new StringBuilder();
    text.append(knot.size())
        .append(" classes of ")
        .append(Mentions.packageOf(knot.iterator().next()));
    for (String name : knot) {
      Set<String> within = new TreeSet<>(graph.get(name));
      within.retainAll(knot);
      text.append("\n  ").append(simple(name)).append(" ->");
      within.forEach(to -> text.append(' ').append(simple(to)));
    }
    return text.toString();
  }

  private static String simple(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Prints the knots of every package of dax-core. */
  public static void main(String[] args) throws IOException {
    Mentions mentions = Mentions.besides(DaxFileSystem.class);
    mentions
        .byPackage()
        .forEach((name, graph) -> of(graph).forEach(k -> System.out.println(describe(k, graph))));
    of(mentions.ofPackages()).forEach(k -> System.out.println("packages: " + k));
  }
}
