package io.millrace.runtime.cli;

import io.millrace.runtime.config.Finding;
import io.millrace.runtime.config.PipelineFile;
import io.millrace.runtime.config.Position;
import io.millrace.runtime.config.References;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "validate",
    description = {
      "Check pipelines without connecting to anything.",
      "Prints one line for each finding, with file, line and column, and exits with 2 if there is"
          + " any."
    })
final class ValidateCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Pipelines to check.")
  private List<Path> files;

  @Mixin private SetOption set;

  @Option(names = "--json", description = "Print the findings as JSON.")
  private boolean json;

  ValidateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** A finding for programs: in a line of the file, or in a setting. */
  private record Found(
      String file, Integer line, Integer column, String set, String path, String message) {
    static Found of(Finding finding) {
      Position place = finding.position();
      return new Found(
          finding.file().toString(),
          place.inFile() ? place.line() : null,
          place.inFile() ? place.column() : null,
          place.inFile() ? null : place.setting(),
          finding.path(),
          finding.message());
    }
  }

  @Override
  public Integer call() {
    var reader =
        new PipelineFile(
            surroundings.types(),
            References.everywhere(surroundings.environment()),
            set.settings());
    var findings = new ArrayList<Finding>();
    for (Path file : files) {
      int before = findings.size();
      reader.lint(file, findings::add);
      if (!json && findings.size() == before) {
        surroundings.err().println(file + ": ok");
      }
    }
    if (json) {
      surroundings.out().println(Json.of(findings.stream().map(Found::of).toList()));
    } else {
      findings.forEach(surroundings.out()::println);
    }
    return findings.isEmpty() ? Main.DONE : Main.BAD_CONFIGURATION;
  }
}
