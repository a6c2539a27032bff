package io.jdax.tests.house;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.ThrowsTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A type, method or field that users of dax-core can name, with its comment, as the compiler parses
 * the sources. What overrides something else is left out, since it has the comment of that, and so
 * are the constants of enums, of which the enum may tell.
 *
 * @param name the type's and its own, such as {@code Region.close}
 * @param tree the declaration
 * @param unit the file that it is in
 * @param commentOfType that of the type that it is a member of, or an empty string
 * @param comment all of its own comment in one line, or an empty string if there is none
 * @param params the parameters that the comment tells of, each with what it says
 * @param thrown the exceptions that the comment tells of, as it names them, each with the reason
 */
record Exported(
    String name,
    Tree tree,
    CompilationUnitTree unit,
    String commentOfType,
    String comment,
    Map<String, String> params,
    Map<String, String> thrown) {
  private static final Path SOURCES = Path.of("..", "dax-core", "src", "main", "java");
  private static final Pattern EXPORTS = Pattern.compile("(?m)^ *exports ([\\w.]+);");

  /** All that the packages hold that the module's descriptor exports. */
  static List<Exported> all() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Exported> all = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      var sources = files.getJavaFileObjectsFromFiles(sources());
      JavacTask task = (JavacTask) compiler.getTask(null, files, null, null, null, sources);
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        for (Tree type : unit.getTypeDecls()) {
          addMember(docs, new TreePath(new TreePath(unit), type), null, all);
        }
      }
    }
    return all;
  }

  private static List<File> sources() throws IOException {
    String module = Files.readString(SOURCES.resolve("module-info.java"));
    List<File> found = new ArrayList<>();
    for (MatchResult exported : EXPORTS.matcher(module).results().toList()) {
      Path folder = SOURCES.resolve(exported.group(1).replace('.', '/'));
      try (Stream<Path> files = Files.list(folder)) {
        files.filter(f -> f.toString().endsWith(".java")).forEach(f -> found.add(f.toFile()));
      }
    }
    assertFalse(found.isEmpty(), "sources of exported packages");
    return found;
  }

  /** The components of a record, and none of anything else. */
  List<VariableTree> components() {
    return tree.getKind() != Tree.Kind.RECORD
        ? List.of()
        : ((ClassTree) tree)
            .getMembers().stream()
                .filter(VariableTree.class::isInstance)
                .map(VariableTree.class::cast)
                .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC))
                .toList();
  }

  /** What the comment says of a parameter or component by name, or an empty string. */
  String about(VariableTree parameter) {
    return params.getOrDefault(parameter.getName().toString(), "");
  }

  /** What the file may mean by the name of a class that is not nested. */
  Stream<String> possibleNames(String className) {
    return Stream.concat(
        Stream.of(className, unit.getPackageName() + "." + className, "java.lang." + className),
        unit.getImports().stream()
            .map(imported -> imported.getQualifiedIdentifier().toString())
            .filter(imported -> imported.endsWith("." + className)));
  }

  private static void addMember(
      DocTrees docs, TreePath path, @Nullable Exported outer, List<Exported> all) {
    switch (path.getLeaf()) {
      case ClassTree type when isForUsers(type.getModifiers(), outer) -> {
        Exported told = of(docs, path, outer, type.getSimpleName().toString());
        all.add(told);
        type.getMembers().forEach(m -> addMember(docs, new TreePath(path, m), told, all));
      }
      case MethodTree m when isForUsers(m.getModifiers(), outer) && !isOverride(m) ->
          all.add(of(docs, path, outer, m.getName().toString()));
      case VariableTree field
          when isForUsers(field.getModifiers(), outer) && !isConstantOfEnum(field, outer) ->
          all.add(of(docs, path, outer, field.getName().toString()));
      default -> {}
    }
  }

  private static Exported of(DocTrees docs, TreePath path, @Nullable Exported outer, String name) {
    DocCommentTree comment = docs.getDocCommentTree(path);
    Map<String, String> params = new TreeMap<>();
    Map<String, String> thrown = new TreeMap<>();
    for (DocTree tag : comment == null ? List.<DocTree>of() : comment.getBlockTags()) {
      switch (tag) {
        case ParamTree p -> params.put(p.getName().toString(), text(p.getDescription()));
        case ThrowsTree t -> thrown.put(t.getExceptionName().toString(), text(t.getDescription()));
        default -> {}
      }
    }
    return new Exported(
        outer == null ? name : outer.name + "." + name,
        path.getLeaf(),
        path.getCompilationUnit(),
        outer == null ? "" : outer.comment,
        comment == null ? "" : comment.toString().replaceAll("\\s+", " "),
        params,
        thrown);
  }

  private static String text(List<? extends DocTree> description) {
    StringBuilder text = new StringBuilder();
    description.forEach(text::append);
    return text.toString();
  }

  private static boolean isForUsers(ModifiersTree modifiers, @Nullable Exported outer) {
    Set<Modifier> flags = modifiers.getFlags();
    boolean isPublic =
        outer != null
            && (outer.tree.getKind() == Tree.Kind.INTERFACE
                || outer.tree.getKind() == Tree.Kind.ANNOTATION_TYPE)
            && !flags.contains(Modifier.PRIVATE);
    return isPublic || flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
  }

  private static boolean isOverride(MethodTree method) {
    return method.getModifiers().getAnnotations().stream()
        .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
  }

  /** The comment of the enum, or of what tells about its constants, is enough for those. */
  private static boolean isConstantOfEnum(VariableTree field, @Nullable Exported outer) {
    return outer != null
        && outer.tree.getKind() == Tree.Kind.ENUM
        && field.getInitializer() instanceof NewClassTree made
        && made.getIdentifier()
            .toString()
            .equals(((ClassTree) outer.tree).getSimpleName().toString());
  }
}
