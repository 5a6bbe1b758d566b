package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pipeline to copy is one that Millrace takes. */
class ConfigsTest {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([^}]+)}");

  static List<Path> configs() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("../configs"))) {
      // no file at all fails the test: JUnit wants one argument at least
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void hasNoFinding(Path config) throws IOException {
    List<Finding> findings = new ArrayList<>();
    new PipelineFile(
            StageTypes.installed(), References.everywhere(variables(Files.readString(config))))
        .lint(config, findings::add);
    assertThat(findings.stream().map(Finding::toString).collect(Collectors.joining("\n")))
        .isEmpty();
  }

  /** Some value for each variable that the file asks for. */
  private static Map<String, String> variables(String yaml) {
    var variables = new HashMap<String, String>();
    VARIABLE.matcher(yaml).results().forEach(name -> variables.put(name.group(1), "value"));
    return variables;
  }
}
