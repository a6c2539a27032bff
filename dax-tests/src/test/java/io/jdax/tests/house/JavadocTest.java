package io.jdax.tests.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Name;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Reads the comments of all that dax-core exports: users can tell what each thing does, in which
 * units, and how it fails.
 */
class JavadocTest {
  /** What the comment of a method says that has the errors of another one. */
  private static final Pattern AS_ANOTHER =
      Pattern.compile(
          "^As \\{@link |(Otherwise as|Errors as for|Errors are those of) \\{@link"
              + " |\\{@inheritDoc}");

  /** Names that stand for a number of something, and don't say of what, as sectorCount does. */
  private static final Pattern COUNT =
      Pattern.compile(
          "(?i)count|.*(first|last|from|to|start|end|offset|length|size|position|capacity)");

  private static final Pattern UNIT =
      Pattern.compile("(?i)\\b(bytes?|pages?|sectors?|blocks?|frames?|lines?|ids?)\\b");

  /** A type may say it once for all of its methods. */
  private static final Pattern UNIT_OF_ALL =
      Pattern.compile("\\bOffsets (and lengths )?(are in|are|count) bytes\\b");

  private static List<Exported> all;

  @BeforeAll
  static void read() throws IOException {
    all = Exported.all();
  }

  @Test
  @DisplayName("Everything that is exported has a comment")
  void everythingHasAComment() {
    assertTrue(all.size() > 400, "exported: " + all.size());
    List<String> untold = new ArrayList<>();
    for (Exported e : all) {
      if (e.comment().isBlank() || e.comment().startsWith("@")) { // of tags alone
        untold.add(e.name());
      }
      for (VariableTree component : e.components()) {
        if (e.about(component).isBlank()) {
          untold.add(e.name() + "." + component.getName());
        }
      }
    }
    assertEquals(List.of(), untold, "exported without a comment");
  }

  @Test
  @DisplayName("What an exported method declares to throw is told, with the reason")
  void whatIsThrownIsTold() {
    List<String> untold = new ArrayList<>();
    for (Exported e : all) {
      if (e.tree() instanceof MethodTree method && !AS_ANOTHER.matcher(e.comment()).find()) {
        for (ExpressionTree declared : method.getThrows()) {
          if (!tells(e, declared.toString())) {
            untold.add(e.name() + ": " + declared);
          }
        }
      }
      e.thrown().forEach((type, why) -> assertFalse(why.isBlank(), e.name() + ": why " + type));
    }
    assertEquals(List.of(), untold, "thrown, and not told");
  }

  /** Whether a comment tells of an exception, or of a kind of it. */
  private static boolean tells(Exported e, String exception) {
    Class<?> type = typeOf(e, exception);
    return e.thrown().keySet().stream().anyMatch(told -> type.isAssignableFrom(typeOf(e, told)));
  }

  private static Class<?> typeOf(Exported e, String name) {
    return e.possibleNames(name)
        .flatMap(JavadocTest::load)
        .findFirst()
        .orElseThrow(() -> new AssertionError(e.name() + " tells of an unknown " + name));
  }

  private static Stream<Class<?>> load(String name) {
    try {
      return Stream.of(Class.forName(name, false, JavadocTest.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      return Stream.of();
    }
  }

  @Test
  @DisplayName("The comment of what is a number, or takes one, says what it counts")
  void unitsAreTold() {
    List<String> untold = new ArrayList<>();
    for (Exported e : all) {
      if (e.tree() instanceof MethodTree method) {
        if (isCount(method.getReturnType(), method.getName()) && !tellsUnit(e, e.comment())) {
          untold.add(e.name());
        }
        method.getParameters().forEach(parameter -> addIfWithoutUnit(e, parameter, untold));
      }
      e.components().forEach(component -> addIfWithoutUnit(e, component, untold));
    }
    assertEquals(List.of(), untold, "numbers without a unit");
  }

  private static void addIfWithoutUnit(Exported e, VariableTree number, List<String> untold) {
    String about = e.about(number);
    if (isCount(number.getType(), number.getName())
        && !tellsUnit(e, about.isBlank() ? e.comment() : about)) {
      untold.add(e.name() + "(" + number.getName() + ")");
    }
  }

  /** A constructor has no type. */
  private static boolean isCount(Tree type, Name name) {
    return type != null
        && List.of("int", "long").contains(type.toString())
        && COUNT.matcher(name).matches();
  }

  private static boolean tellsUnit(Exported e, String text) {
    return UNIT.matcher(text).find() || UNIT_OF_ALL.matcher(e.commentOfType()).find();
  }
}
