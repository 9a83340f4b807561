package io.winnow.contracts.spec.field;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The value of a field that the spec leaves out. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Default {
  /**
   * A constant, as JSON; a text or the value of an enum without its quotes. Empty where the default
   * depends on something else.
   */
  String value() default "";

  /** What the default is where it is no constant, such as {@code the images' own}. */
  String text() default "";
}
