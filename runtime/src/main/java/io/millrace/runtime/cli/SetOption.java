package io.millrace.runtime.cli;

import io.millrace.runtime.config.Setting;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What a command changes of its pipeline's file, for once. */
final class SetOption {
  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Take this value, as if the file said so: source.tasks=8, sinks.lake.path=/tmp/lake,"
              + " sinks.0.compression=snappy. May be given several times.")
  private List<String> settings = new ArrayList<>();

  List<Setting> settings() {
    return settings.stream().map(Setting::parse).toList();
  }
}
