package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which of a pipeline's sinks a command is about. */
final class SinkOption {
  @Option(
      names = "--sink",
      paramLabel = "NAME",
      description = "The sink; needed where the pipeline has several.")
  private Optional<String> sink = Optional.empty();

  /** The sink of that name, or the only one there is. */
  SinkSpec<?> chosen(Pipeline pipeline) {
    String known = pipeline.sinks().stream().map(SinkSpec::name).collect(Collectors.joining(", "));
    if (sink.isEmpty() && pipeline.sinks().size() > 1) {
      throw MillraceException.configuration(
          "Which sink? This pipeline has several: say --sink with one of " + known);
    }
    return pipeline.sinks().stream()
        .filter(spec -> sink.isEmpty() || spec.name().equals(sink.get()))
        .findFirst()
        .orElseThrow(
            () ->
                MillraceException.configuration(
                    "There is no sink \"%s\" in this pipeline: known are %s"
                        .formatted(sink.get(), known)));
  }
}
