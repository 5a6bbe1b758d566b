package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.options.ByteSize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code --memory}: the launcher has acted on it before this JVM began, so here it is only checked.
 */
final class MemoryOption {
  @Option(
      names = "--memory",
      paramLabel = "N",
      defaultValue = "1g",
      converter = Size.class,
      description = "The most resident memory to take (${DEFAULT-VALUE}), e.g. 512m.")
  void memory(ByteSize given) {}

  /** Reads a size. */
  static final class Size implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      try {
        return ByteSize.parse(text);
      } catch (MillraceException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
