package io.millrace.core.options;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a record component as an option. Its key is the component's name in snake case. An
 * option is required unless it has a default, or its type is {@code Optional}, {@code List}, {@code
 * Map} or a record whose own options are all not required.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {
  /** What it does: a sentence or two for the reference page. */
  String value();

  /** The default as one would write it in a file; empty for none. */
  String defaultValue() default "";

  /** A value to show in the reference page; empty for none. */
  String example() default "";
}
