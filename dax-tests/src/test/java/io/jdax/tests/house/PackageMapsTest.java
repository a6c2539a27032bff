package io.jdax.tests.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads the comments of packages: each is a map of the package, which names every class of it by
 * {@code @link} or {@code @code}, or in a drawing, and nothing that is not there.
 */
class PackageMapsTest {
  /** Folders with classes in a package of another module, which has the map and not them. */
  private static final Set<String> GUESTS = Set.of("dax-bench io.jdax.fs");

  private static final Pattern LINK = Pattern.compile("\\{@link\\s+([\\w.]+)(?:#(\\w+))?[^}]*}");
  private static final Pattern CODE = Pattern.compile("\\{@code\\s+([\\w.]+)}");
  private static final Pattern DRAWING = Pattern.compile("(?s)<pre>(.*?)</pre>");
  private static final Pattern WORD = Pattern.compile("\\w+");
  private static final Pattern ENTRY =
      Pattern.compile("(?m)^ *([A-Z]\\w*[a-z]\\w*(?:, [A-Z]\\w*[a-z]\\w*)*)  ");
  private static final Pattern CLASS = Pattern.compile("[A-Z]\\w*[a-z]\\w*(\\.[A-Z]\\w*)*");

  /** A folder of main code: its classes with their sources, and what its comment names. */
  record Folder(String module, String name, TreeMap<String, String> sources, String comment) {
    @Override
    public String toString() {
      return module + " " + name;
    }

    Set<String> unnamed() {
      Set<String> classes = new TreeSet<>(sources.keySet());
      Stream.concat(LINK.matcher(comment).results(), CODE.matcher(comment).results())
          .map(match -> match.group(1).replace(name + ".", ""))
          .forEach(classes::remove);
      drawn().forEach(classes::remove);
      return classes;
    }

    /** What looks like a class in its drawings, which have no tags so that columns can be read. */
    Set<String> drawn() {
      return inDrawings(WORD).filter(CLASS.asMatchPredicate()).collect(Collectors.toSet());
    }

    /** What its drawings explain: the names at the beginnings of lines. */
    Set<String> explained() {
      return inDrawings(ENTRY)
          .flatMap(names -> Stream.of(names.split(", ")))
          .collect(Collectors.toCollection(TreeSet::new));
    }

    private Stream<String> inDrawings(Pattern what) {
      return DRAWING
          .matcher(comment)
          .results()
          .flatMap(drawing -> what.matcher(drawing.group(1)).results())
          .map(match -> match.group(match.groupCount()));
    }
  }

  private static final List<Folder> FOLDERS = folders();

  private static List<Folder> folders() {
    List<Folder> folders = new ArrayList<>();
    for (String module : List.of("dax-core", "dax-bench", "dax-tools")) {
      Path root = Path.of("..", module, "src/main/java");
      try (Stream<Path> paths = Files.walk(root)) {
        for (Path path : paths.filter(Files::isDirectory).sorted().toList()) {
          Folder folder = read(module, root.relativize(path).toString().replace('/', '.'), path);
          if (!folder.sources().isEmpty()) {
            folders.add(folder);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return folders;
  }

  private static Folder read(String module, String name, Path path) throws IOException {
    TreeMap<String, String> sources = new TreeMap<>();
    String comment = "";
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        String className = file.getFileName().toString().replace(".java", "");
        String source = Files.readString(file);
        if (className.equals("package-info")) {
          comment = source.substring(0, source.indexOf("*/")).replaceAll("\\n \\*", "\n");
        } else if (!className.equals("module-info")) {
          sources.put(className, source);
        }
      }
    }
    return new Folder(module, name, sources, comment);
  }

  static Stream<Folder> mapped() {
    return FOLDERS.stream().filter(f -> !GUESTS.contains(f.toString()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mapped")
  @DisplayName("The map of a package names every class of it")
  void isComplete(Folder folder) {
    assertEquals(Set.of(), folder.unnamed(), "not in package-info.java of " + folder);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mapped")
  @DisplayName("The map of a package names nothing that is not there")
  void isTrue(Folder folder) {
    List<String> gone = new ArrayList<>();
    for (MatchResult link : LINK.matcher(folder.comment()).results().toList()) {
      if (!isThere(link.group(1), link.group(2), folder)) {
        gone.add(link.group());
      }
    }
    for (MatchResult code : CODE.matcher(folder.comment()).results().toList()) {
      String what = code.group(1);
      if (what.startsWith("io.jdax.") || CLASS.matcher(what).matches()) {
        if (!isThere(what, null, folder)) {
          gone.add(code.group());
        }
      }
    }
    for (String name : folder.explained()) {
      if (!isThere(name, null, folder)) {
        gone.add(name);
      }
    }
    assertEquals(List.of(), gone, "in package-info.java of " + folder);
  }

  /** Names without a package are of the folder's own, as javac sees them. */
  private static boolean isThere(String what, @Nullable String member, Folder from) {
    if (what.startsWith("java.")) {
      return isOfTheJdk(what);
    }
    String full = what.startsWith("io.jdax.") ? what : from.name() + "." + what;
    for (Folder folder : FOLDERS) {
      if (full.equals(folder.name())) {
        return true;
      }
      if (full.matches(Pattern.quote(folder.name()) + "\\.[A-Z][\\w.]*")) {
        String[] names = full.substring(folder.name().length() + 1).split("\\.");
        String source = folder.sources().get(names[0]);
        return source != null
            && declares(source, names[names.length - 1])
            && (member == null || source.matches("(?s).*\\b" + member + "\\b.*"));
      }
    }
    return false;
  }

  private static boolean declares(String source, String type) {
    return Pattern.compile("\\b(class|interface|enum|record) " + type + "\\b")
        .matcher(source)
        .find();
  }

  private static boolean isOfTheJdk(String name) {
    try {
      Class.forName(name);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
