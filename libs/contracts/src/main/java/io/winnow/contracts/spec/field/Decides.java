package io.winnow.contracts.spec.field;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The artifacts whose bytes follow from a field, so that it is part of their addresses. Artifacts
 * made from those take it over with their inputs' digests and are not named.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Decides {
  Product[] value();

  /**
   * Whether addresses leave the field out where it has its constant default: for a field that is
   * newer than artifacts whose addresses have to stay.
   */
  boolean unlessDefault() default false;
}
