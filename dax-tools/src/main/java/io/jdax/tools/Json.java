package io.jdax.tools;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as every command prints it: members in the order in which they are told, null included. */
final class Json {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().setPrettyPrinting().create();

  private Json() {}

  /** Of maps, lists, strings, numbers and booleans. */
  static String text(Object value) {
    return GSON.toJson(value);
  }

  /** The components of a record; what JSON has no type for is told as its own text. */
  static Map<String, Object> members(Record facts) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (RecordComponent component : facts.getClass().getRecordComponents()) {
      members.put(component.getName(), plain(value(facts, component)));
    }
    return members;
  }

  /** The component of a record that anyone may see. */
  static Object value(Record facts, RecordComponent component) {
    try {
      return component.getAccessor().invoke(facts);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A value as JSON can have it. */
  static Object plain(Object value) {
    return switch (value) {
      case Number number -> number;
      case Boolean yes -> yes;
      case List<?> list -> list;
      default -> value.toString();
    };
  }
}
