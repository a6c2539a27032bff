package io.jdax.bench.shape;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a JMH class: one shape of access, done in several ways. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Shape {
  /** What {@code --filter} and the limits call it; several shapes may share a group. */
  String group();

  /** Its heading in the table and the report. */
  String title();

  /** Where it comes among the shapes. */
  int rank();

  /** It is measured once with each of these numbers of threads. */
  int[] threads() default 1;

  /** The smallest region on which it can be measured. */
  long regionBytes() default 0;

  /**
   * Times as many warm-ups as usual: for work that leaves little of their time to itself, because
   * each invocation has to be prepared or is long.
   */
  int warmups() default 1;

  /** One operation takes about a second or more: however much is measured, it is done few times. */
  boolean lengthy() default false;

  /** Only a full run has it, unless a filter names it. */
  boolean thorough() default false;
}
