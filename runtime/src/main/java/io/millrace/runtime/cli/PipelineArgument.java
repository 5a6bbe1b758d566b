package io.millrace.runtime.cli;

import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.PipelineFile;
import io.millrace.runtime.config.References;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The pipeline a command is about. */
final class PipelineArgument {
  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "The pipeline: see docs/configuration.md.")
  private Path file;

  @Mixin private SetOption set;

  /** The pipeline, for a command that asks its source. */
  Pipeline read(Surroundings surroundings) {
    return read(surroundings, References.everywhere(surroundings.environment()));
  }

  /** The pipeline, for a command that never asks its source and needs none of its secrets. */
  Pipeline readButTheSource(Surroundings surroundings) {
    return read(surroundings, References.butTheSources(surroundings.environment()));
  }

  private Pipeline read(Surroundings surroundings, References references) {
    return new PipelineFile(surroundings.types(), references, set.settings()).read(file);
  }
}
