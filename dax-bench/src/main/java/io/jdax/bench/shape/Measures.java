package io.jdax.bench.shape;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a JMH method: one way to do the work of its {@link Shape}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Measures {
  /** The row's name, unique in its group for the same parameters. */
  String value();

  /** By whom the work is done. */
  Peer by();

  /** Among the rows of the same {@link #by}, where this one comes; equal ranks go by name. */
  int rank() default 0;

  /**
   * Names of rows of the same class that this one is compared with; the first that was measured
   * counts. A row without any is compared with nothing.
   */
  String[] beside() default {};
}
