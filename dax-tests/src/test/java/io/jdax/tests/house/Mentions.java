package io.jdax.tests.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which classes mention which, by what compiled classes say: every type in the constant pool, in
 * descriptors and in generic signatures. That includes the class of a constant, which the compiler
 * notes when it copies the value. Nested classes count as the class around them.
 */
final class Mentions {
  private static final Pattern TYPE = Pattern.compile("L([\\w/$]+)");

  /** Binary name of a class to those that it mentions, of the same module and not itself. */
  private final Map<String, Set<String>> byClass = new TreeMap<>();

  private Mentions() {}

  /** Of all classes in the folder or jar that a class was loaded from. */
  static Mentions besides(Class<?> one) throws IOException {
    Path place =
        Path.of(URI.create(one.getProtectionDomain().getCodeSource().getLocation().toString()));
    if (Files.isDirectory(place)) {
      return in(place);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return in(jar.getPath("/"));
    }
  }

  private static Mentions in(Path root) throws IOException {
    Mentions all = new Mentions();
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(f -> f.toString().endsWith(".class") && !f.endsWith("module-info.class"))
          .forEach(all::read);
    }
    all.byClass.values().forEach(mentioned -> mentioned.retainAll(all.byClass.keySet()));
    return all;
  }

  private void read(Path file) {
    try {
      ClassModel model = ClassFile.of().parse(Files.readAllBytes(file));
      String from = topLevel(model.thisClass().asInternalName());
      Set<String> to = byClass.computeIfAbsent(from, name -> new TreeSet<>());
      for (PoolEntry entry : model.constantPool()) {
        addPooled(entry, to);
      }
      model.fields().forEach(field -> addTypes(field.fieldType().stringValue(), to));
      model.methods().forEach(method -> addTypes(method.methodType().stringValue(), to));
      addSignature(model, to);
      model.fields().forEach(field -> addSignature(field, to));
      model.methods().forEach(method -> addSignature(method, to));
      to.remove(from);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addPooled(PoolEntry entry, Set<String> to) {
    switch (entry) {
      case ClassEntry type -> {
        String name = type.asInternalName();
        if (name.startsWith("[")) {
          addTypes(name, to);
        } else {
          to.add(topLevel(name));
        }
      }
      case NameAndTypeEntry member -> addTypes(member.type().stringValue(), to);
      case MethodTypeEntry method -> addTypes(method.descriptor().stringValue(), to);
      default -> {}
    }
  }

  private static void addSignature(AttributedElement element, Set<String> to) {
    element
        .findAttribute(Attributes.signature())
        .ifPresent(s -> addTypes(s.signature().stringValue(), to));
  }

  /** Of a descriptor or signature, which separate classes by signs that names do not have. */
  private static void addTypes(String text, Set<String> to) {
    Matcher types = TYPE.matcher(text);
    while (types.find()) {
      to.add(topLevel(types.group(1)));
    }
  }

  private static String topLevel(String internalName) {
    int slash = internalName.lastIndexOf('/');
    int dollar = internalName.indexOf('$', slash + 2); // a name may begin with one
    return (dollar < 0 ? internalName : internalName.substring(0, dollar)).replace('/', '.');
  }

  static String packageOf(String className) {
    return className.substring(0, className.lastIndexOf('.'));
  }

  /** Of each package: its classes, each with those of the package that it mentions. */
  Map<String, Map<String, Set<String>>> byPackage() {
    Map<String, Map<String, Set<String>>> packages = new TreeMap<>();
    byClass.forEach(
        (from, mentioned) -> {
          Set<String> near = new TreeSet<>(mentioned);
          near.removeIf(to -> !packageOf(to).equals(packageOf(from)));
          packages.computeIfAbsent(packageOf(from), p -> new TreeMap<>()).put(from, near);
        });
    return packages;
  }

  /** Each package with the others that its classes mention. */
  Map<String, Set<String>> ofPackages() {
    Map<String, Set<String>> packages = new TreeMap<>();
    byClass.forEach(
        (from, mentioned) -> {
          Set<String> others = packages.computeIfAbsent(packageOf(from), p -> new TreeSet<>());
          mentioned.forEach(to -> others.add(packageOf(to)));
          others.remove(packageOf(from));
        });
    return packages;
  }
}
