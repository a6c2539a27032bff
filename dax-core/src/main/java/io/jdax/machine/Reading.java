package io.jdax.machine;

import java.util.function.Function;

/**
 * The answer to a question that the platform may not know how to answer. "The kernel has no such
 * attribute" and "it has one, but it could not be read" are different answers: the first is a fact
 * about the machine, the second a fault.
 *
 * @param <T> what is read
 */
public sealed interface Reading<T> {
  /**
   * The platform answered.
   *
   * @param value the answer, never null
   */
  record Value<T>(T value) implements Reading<T> {
    @Override
    public String toString() {
      return value.toString();
    }
  }

  /**
   * The platform has no such facility here.
   *
   * @param why a phrase that names what was looked for
   */
  record NotSupported<T>(String why) implements Reading<T> {
    @Override
    public String toString() {
      return "not supported (" + why + ")";
    }
  }

  /**
   * The facility is there, but reading or understanding it failed.
   *
   * @param why a phrase that names what was read, and how that failed
   */
  record Unreadable<T>(String why) implements Reading<T> {
    @Override
    public String toString() {
      return "could not read (" + why + ")";
    }
  }

  /** The value if the platform answered, else {@code other}. */
  default T orElse(T other) {
    return this instanceof Value<T>(T value) ? value : other;
  }

  /**
   * Applies {@code parse} to the value, if there is one.
   *
   * @param parse any {@link RuntimeException} that it throws makes the reading {@link Unreadable}
   */
  default <R> Reading<R> map(Function<T, R> parse) {
    return switch (this) {
      case Value<T>(T value) -> {
        try {
          yield new Value<>(parse.apply(value));
        } catch (RuntimeException e) {
          yield new Unreadable<>("unexpected content '" + value + "'");
        }
      }
      case NotSupported<T>(String why) -> new NotSupported<>(why);
      case Unreadable<T>(String why) -> new Unreadable<>(why);
    };
  }

  /**
   * Continues with another question if this one has an answer; else this reading is the result.
   *
   * @param next asked with the value; what it throws passes through
   */
  default <R> Reading<R> flatMap(Function<T, Reading<R>> next) {
    return switch (this) {
      case Value<T>(T value) -> next.apply(value);
      case NotSupported<T>(String why) -> new NotSupported<>(why);
      case Unreadable<T>(String why) -> new Unreadable<>(why);
    };
  }
}
