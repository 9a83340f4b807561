package io.winnow.contracts.spec.field;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The numbers that a field takes; of a list or map, those that its elements take. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Range {
  /** Smallest value, inclusive. */
  double min() default Double.NEGATIVE_INFINITY;

  /** Lower bound, exclusive. */
  double above() default Double.NEGATIVE_INFINITY;

  /** Greatest value, inclusive. */
  double max() default Double.POSITIVE_INFINITY;

  /** Upper bound, exclusive. */
  double below() default Double.POSITIVE_INFINITY;
}
