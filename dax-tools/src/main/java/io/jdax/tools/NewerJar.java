package io.jdax.tools;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Gives the classes of a jar a newer form. Classes from before Java 6 have no stack maps: the JVM
 * can't keep them in its cache ({@link Training}), and verifies them slowly each time. The classes
 * of picocli are from Java 5, and were half of the time of a short command.
 */
public final class NewerJar {
  /** Old enough for every JVM that runs this, and new enough for a cache. */
  private static final int MAJOR = ClassFile.JAVA_21_VERSION;

  private NewerJar() {}

  /**
   * Rewrites jars in place, each wholly or not at all.
   *
   * @param jars their paths; what their classes extend must be on the class path
   * @throws IOException one can't be read or replaced
   */
  public static void main(String[] jars) throws IOException {
    for (String jar : jars) {
      rewrite(Path.of(jar));
    }
  }

  static void rewrite(Path jar) throws IOException {
    Path made = Path.of(jar + ".new");
    try {
      try (ZipFile from = new ZipFile(jar.toFile());
          ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(made))) {
        for (Enumeration<? extends ZipEntry> all = from.entries(); all.hasMoreElements(); ) {
          ZipEntry entry = all.nextElement();
          to.putNextEntry(new ZipEntry(entry.getName()));
          try (InputStream in = from.getInputStream(entry)) {
            byte[] bytes = in.readAllBytes();
            to.write(entry.getName().endsWith(".class") ? newer(bytes) : bytes);
          }
          to.closeEntry();
        }
      }
      Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  /** The same class, with stack maps. One that has them already stays as it is. */
  static byte[] newer(byte[] bytes) {
    ClassFile format =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.defaultResolver()
                    .orElse(
                        ClassHierarchyResolver.ofResourceParsing(
                            ClassLoader.getSystemClassLoader()))));
    var model = format.parse(bytes);
    if (model.majorVersion() >= ClassFile.JAVA_6_VERSION) {
      return bytes;
    }
    // Bodies are written anew, since those that are passed on as they are get no maps.
    ClassTransform version =
        (builder, element) ->
            builder.with(
                element instanceof ClassFileVersion ? ClassFileVersion.of(MAJOR, 0) : element);
    return format.transformClass(
        model, ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL).andThen(version));
  }
}
