package io.jdax.fs;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;

/**
 * Loads the classes of jdax once more, with a call of {@link Allocations#reach} before each
 * allocation: of objects, arrays and lambdas, and calls into the JDK that allocate. Not in static
 * initialisers, which the JVM runs once; nor in what only assertions use.
 */
final class WovenClasses extends ClassLoader {
  private static final ClassDesc HOOK = ClassDesc.of(Allocations.class.getName());

  private static final Set<String> PLAIN =
      Set.of(
          "io.jdax.os.StackRoom",
          "io.jdax.mm.engine.Poison",
          "io.jdax.mm.engine.TableCheck",
          "io.jdax.fs.WantOfMemory");

  private static final Set<String> ALLOCATING =
      Set.of(
          "add",
          "addAll",
          "addFirst",
          "addLast",
          "allocate",
          "asSlice",
          "ceilingEntry",
          "computeIfAbsent",
          "copyOf",
          "entrySet",
          "floorEntry",
          "increment",
          "iterator",
          "merge",
          "newKeySet",
          "of",
          "ofConfined",
          "ofShared",
          "offer",
          "push",
          "put",
          "putIfAbsent",
          "reinterpret",
          "stream",
          "tailSet",
          "toList",
          "valueOf",
          "values");

  WovenClasses() {
    super(WovenClasses.class.getClassLoader());
    setDefaultAssertionStatus(true);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("io.jdax.") || name.equals(Allocations.class.getName())) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      byte[] woven = PLAIN.contains(name) ? bytes : woven(bytes);
      return defineClass(name, woven, 0, woven.length, getClass().getProtectionDomain());
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private static byte[] woven(byte[] bytes) {
    ClassFile file = ClassFile.of();
    return file.transformClass(
        file.parse(bytes),
        (type, element) -> {
          if (element instanceof MethodModel method
              && !method.methodName().equalsString(ConstantDescs.CLASS_INIT_NAME)) {
            type.transformMethod(method, MethodTransform.transformingCode(CALLS));
          } else {
            type.with(element);
          }
        });
  }

  private static final CodeTransform CALLS =
      (CodeBuilder code, CodeElement element) -> {
        if (allocates(element)) {
          code.invokestatic(HOOK, "reach", MethodTypeDesc.of(ConstantDescs.CD_void));
        }
        code.with(element);
      };

  private static boolean allocates(CodeElement element) {
    return switch (element) {
      case NewObjectInstruction _,
          NewPrimitiveArrayInstruction _,
          NewReferenceArrayInstruction _,
          InvokeDynamicInstruction _ ->
          true;
      case InvokeInstruction call -> {
        String owner = call.owner().asInternalName();
        yield ALLOCATING.contains(call.name().stringValue())
            && (owner.startsWith("java/util/")
                || owner.startsWith("java/lang/foreign/")
                || owner.equals("java/lang/Long")
                || owner.equals("java/lang/Integer"));
      }
      default -> false;
    };
  }
}
