package io.millrace.runtime.connect;

import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.PipelineFile;
import io.millrace.runtime.config.References;
import io.millrace.runtime.config.SampleTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Pipelines of the sample types. */
final class Pipelines {
  private Pipelines() {}

  /** Of a source with these options, written as in a flow mapping. */
  static Pipeline reading(Path folder, String name, String options) throws IOException {
    return of(
        folder,
        """
        name: %s
        source: {type: table, %s}
        sinks: [{type: files}]
        """
            .formatted(name, options));
  }

  static Pipeline of(Path folder, String yaml) throws IOException {
    return of(folder, yaml, Map.of());
  }

  static Pipeline of(Path folder, String yaml, Map<String, String> environment) throws IOException {
    Path file = Files.writeString(folder.resolve("pipeline.yaml"), yaml);
    return new PipelineFile(SampleTypes.ALL, References.butTheSources(environment)).read(file);
  }
}
