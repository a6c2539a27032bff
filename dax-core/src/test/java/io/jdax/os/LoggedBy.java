package io.jdax.os;

import java.lang.reflect.Proxy;
import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What a class says through System.Logger while this is open, and nobody else hears. By reflection:
 * these tests are compiled as part of a module that does not read java.logging.
 */
public final class LoggedBy implements AutoCloseable {
  private final Object logger;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  public LoggedBy(Class<?> who) {
    try {
      logger =
          Class.forName("java.util.logging.Logger")
              .getMethod("getLogger", String.class)
              .invoke(null, who.getName());
      Class<?> filter = Class.forName("java.util.logging.Filter");
      filterBy(
          Proxy.newProxyInstance(
              LoggedBy.class.getClassLoader(),
              new Class<?>[] {filter},
              (proxy, method, arguments) -> {
                lines.add(line(arguments[0]));
                return false;
              }));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no java.util.logging", e);
    }
  }

  private static String line(Object message) throws ReflectiveOperationException {
    String text = (String) get(message, "getMessage");
    return get(message, "getLevel")
        + " "
        + MessageFormat.format(text, (Object[]) get(message, "getParameters"));
  }

  private static Object get(Object message, String what) throws ReflectiveOperationException {
    return message.getClass().getMethod(what).invoke(message);
  }

  private void filterBy(@Nullable Object filter) throws ReflectiveOperationException {
    logger
        .getClass()
        .getMethod("setFilter", Class.forName("java.util.logging.Filter"))
        .invoke(logger, filter);
  }

  /** Level and text of each. */
  public List<String> lines() {
    return lines;
  }

  @Override
  public void close() {
    try {
      filterBy(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no java.util.logging", e);
    }
  }
}
