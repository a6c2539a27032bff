package io.jdax.tools;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as every command prints it, with members in the order they were put in, also if null. */
final class Json {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().setPrettyPrinting().create();

  private Json() {}

  /** The text of a value made of maps, lists, strings, numbers and booleans. */
  static String text(Object value) {
    return GSON.toJson(value);
  }

  /** The components of a record. What JSON has no type for becomes a string. */
  static Map<String, Object> members(Record facts) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (RecordComponent component : facts.getClass().getRecordComponents()) {
      members.put(component.getName(), plain(value(facts, component)));
    }
    return members;
  }

  /** The value of one component of a public record. */
  static Object value(Record facts, RecordComponent component) {
    try {
      return component.getAccessor().invoke(facts);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A value as JSON can express it. */
  static Object plain(Object value) {
    return switch (value) {
      case Number number -> number;
      case Boolean yes -> yes;
      case List<?> list -> list;
      default -> value.toString();
    };
  }
}
