package io.jdax.os;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;

/**
 * Makes a StackOverflowError come where nothing has been taken yet.
 *
 * <p>It may come at any call, also at the one in a {@code finally} that would give a lock back, and
 * then the page or the file would be locked for ever. So every way into the engine that takes
 * something first proves that the thread has more stack left than all that follows needs, or gets
 * its error there and then. Lower layers ask for less, so that a thread that has passed the entry
 * of a higher layer passes those below it.
 *
 * <p>Nothing in Java tells how much stack is left, but at each call the JVM looks whether the frame
 * of the method fits. So a method with a large frame is called. What makes a frame large, in the
 * interpreter and by either compiler, is how many values are alive at once; a branch that is hardly
 * ever taken has them. Written out, such a method would have a thousand lines, so it is generated
 * when it is first wanted. A call costs some nanoseconds.
 */
public final class StackRoom {
  // A layer is the number of large frames that must fit. Each has 2 to 6 KiB, as it is compiled.

  /** Enough for what the DAX engine does itself. */
  public static final int ENGINE = 2;

  /** Enough for the metadata tree, and the engine below it. */
  public static final int TREE = 4;

  /** Enough for the file system, and all below it. */
  public static final int FILE_SYSTEM = 6;

  /** Values alive at once. With a thousand the compilers would take seconds, or give up. */
  private static final int VALUES = 256;

  /** One call of so many does take the branch, so that no compiler leaves it out. */
  private static final int SELDOM = 4096;

  /** The argument that takes the branch. */
  private static final int WIDE = -1;

  /** Counts calls by thread, so that threads rarely meet in a cache line. */
  private static final int STRIPES = 16;

  /** How many elements there are from one count to the next. */
  private static final int APART = 32;

  private static final int[] CALLS = new int[STRIPES * APART];

  private static final MethodHandle METHOD = make();

  private StackRoom() {}

  /**
   * Returns only if there is enough stack for a call into a layer.
   *
   * @param layer {@link #ENGINE}, {@link #TREE} or {@link #FILE_SYSTEM}
   * @throws StackOverflowError there is not
   */
  public static void claim(int layer) {
    int stripe = ((int) Thread.currentThread().threadId() & STRIPES - 1) * APART;
    boolean wide = (CALLS[stripe]++ & SELDOM - 1) == 0;
    try {
      METHOD.invokeExact(wide ? WIDE : layer);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  private static MethodHandle make() {
    MethodHandles.Lookup here = MethodHandles.lookup();
    ClassDesc name = ClassDesc.of(StackRoom.class.getName() + "Frame");
    byte[] bytes =
        ClassFile.of()
            .build(
                name,
                type ->
                    type.withField(
                            "some",
                            CD_long,
                            field -> field.withFlags(AccessFlag.STATIC, AccessFlag.VOLATILE))
                        .withMethodBody(
                            "call",
                            MethodTypeDesc.of(CD_void, CD_int),
                            ClassFile.ACC_STATIC,
                            code -> call(code, name)));
    try {
      MethodHandles.Lookup made = here.defineHiddenClass(bytes, true);
      return made.findStatic(
          made.lookupClass(), "call", MethodType.methodType(void.class, int.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Makes the method, which in Java would be
   *
   * <pre>
   *   static volatile long some;
   *
   *   static void call(int more) {
   *     if (more > 0) {
   *       call(more - 1);
   *     } else if (more &lt; 0) {
   *       some = some - (some - (some - …));
   *     }
   *   }
   * </pre>
   */
  private static void call(CodeBuilder code, ClassDesc self) {
    Label deeper = code.newLabel();
    Label wide = code.newLabel();
    code.iload(0).ifgt(deeper).iload(0).iflt(wide).return_();
    code.labelBinding(deeper).iload(0).iconst_1().isub();
    code.invokestatic(self, "call", MethodTypeDesc.of(CD_void, CD_int)).return_();
    code.labelBinding(wide);
    code.lconst_0().lstore(2 * VALUES); // the interpreter only looks at local variables
    for (int i = 0; i < VALUES; i++) {
      code.getstatic(self, "some", CD_long);
    }
    for (int i = 1; i < VALUES; i++) {
      code.lsub();
    }
    code.putstatic(self, "some", CD_long).return_();
  }
}
