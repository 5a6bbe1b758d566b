package io.millrace.runtime.cli;

import io.millrace.runtime.config.PipelineSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "json-schema",
    description = {
      "Print the JSON Schema of a pipeline's file, for editors.",
      "An editor that speaks YAML takes it from a line at the top of the file:"
          + " # yaml-language-server: $$schema=pipeline.schema.json"
    })
final class JsonSchemaCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  JsonSchemaCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    surroundings.out().print(PipelineSchema.of(surroundings.types()));
    return Main.DONE;
  }
}
