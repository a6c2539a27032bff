package io.jdax.tests.house;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Compares the layers that docs/architecture.md draws with what was compiled: fields, calls,
 * parameters, all that leaves a trace in a class file.
 */
@DisplayName("The layers of docs/architecture.md")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LayersTest {
  private static final Path ROOT = requireNonNull(Path.of("").toAbsolutePath().getParent());
  private static final Pattern LAYER =
      Pattern.compile("^(?:dax-\\w+)? +(io\\.jdax[.\\w]*)( \\*)? +\\S.*$", Pattern.MULTILINE);

  /** From the top down. */
  private final List<String> layers = new ArrayList<>();

  private final Set<String> exported = new TreeSet<>();
  private JavaClasses classes;

  @BeforeAll
  void read() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/architecture.md"));
    String drawn = page.substring(page.indexOf("## Layers"), page.indexOf("**What is exported.**"));
    Matcher m = LAYER.matcher(drawn);
    while (m.find()) {
      layers.add(m.group(1));
      if (m.group(2) != null) {
        exported.add(m.group(1));
      }
    }
    List<Path> compiled =
        List.of(
            ROOT.resolve("dax-core/target/classes"),
            ROOT.resolve("dax-bench/target/classes"),
            ROOT.resolve("dax-tools/target/classes"));
    classes = new ClassFileImporter().importPaths(compiled);
  }

  @Test
  @DisplayName("No package uses one that is drawn above it")
  void usesPointDown() {
    List<String> up = new ArrayList<>();
    for (JavaClass c : classes) {
      for (Dependency d : c.getDirectDependenciesFromSelf()) {
        String to = d.getTargetClass().getPackageName();
        if (to.startsWith("io.jdax") && layer(to) < layer(c.getPackageName())) {
          up.add(d.getDescription());
        }
      }
    }
    assertEquals(List.of(), up);
  }

  /** Where a package is drawn: itself, or the nearest one that it lies in; the stubs lie lowest. */
  private int layer(String name) {
    if (name.startsWith("io.jdax.stubs")) {
      return layers.size();
    }
    for (String at = name; at.contains("."); at = at.substring(0, at.lastIndexOf('.'))) {
      int layer = layers.indexOf(at);
      if (layer >= 0) {
        return layer;
      }
    }
    throw new AssertionError(name + " is not drawn");
  }

  @Test
  @DisplayName("Every package of the engine is drawn, and none that is not there")
  void allAreDrawn() {
    Set<String> there =
        classes.stream()
            .map(JavaClass::getPackageName)
            .filter(p -> !p.matches("io\\.jdax(\\.(tools|bench)\\..*|)"))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> drawn =
        layers.stream()
            .filter(p -> !p.matches("io\\.jdax\\.(tools|bench)\\..*"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(there, drawn);
  }

  @Test
  @DisplayName("No packages use one another in a circle")
  void noCircles() {
    SlicesRuleDefinition.slices().matching("io.jdax.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  @DisplayName("What is drawn as exported is what the module exports")
  void exportsAreDrawn() throws IOException {
    Path file = ROOT.resolve("dax-core/target/classes/module-info.class");
    try (InputStream in = Files.newInputStream(file)) {
      Set<String> open =
          ModuleDescriptor.read(in).exports().stream()
              .map(Exports::source)
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(exported, open);
    }
  }
}
