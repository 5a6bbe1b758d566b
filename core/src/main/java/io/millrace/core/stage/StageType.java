package io.millrace.core.stage;

/**
 * What can be named in a pipeline's {@code type:}. Implementations have a constructor without
 * arguments and are listed for ServiceLoader.
 *
 * @param <O> the record of its options, each component with an {@link
 *     io.millrace.core.options.Option}
 */
public interface StageType<O extends Record> {
  /** The word after {@code type:}. */
  String name();

  /** What its options are. */
  Class<O> options();
}
