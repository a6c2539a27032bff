package io.jdax.tests.crash;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.space.Space;
import java.lang.reflect.Field;

/** Tells a file system's space that a commit is durable which is not: a bug on purpose. */
final class EarlyFree {
  private EarlyFree() {}

  static void allow(DaxFileSystem fs, long commit) {
    try {
      Object volume = field(DaxFileSystem.class, "volume").get(fs);
      ((Space) field(volume.getClass(), "space").get(volume)).committed(commit);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Field field(Class<?> owner, String name) throws NoSuchFieldException {
    Field field = owner.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
