package io.millrace.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.StageTypes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The page of all commands is what each says when it is asked for help. */
class CommandReferenceTest {
  private static final Path COMMITTED = Path.of("../docs/commands.md");
  private static final String MARK = "<!-- made by CommandReferenceTest, do not edit below -->\n";
  private static final int WIDTH = 110;

  @Test
  void thePageIsWhatTheCommandsSay() throws IOException {
    String page = Files.readString(COMMITTED);
    String expected = page.substring(0, page.indexOf(MARK)) + MARK + commands();
    if (Boolean.getBoolean("millrace.regenerate")) {
      Files.writeString(COMMITTED, expected);
    }
    assertThat(COMMITTED)
        .as(
            "a page of today's commands; to write it again: mvn test -pl runtime -am"
                + " -Dtest=CommandReferenceTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dmillrace.regenerate=true")
        .hasContent(expected);
  }

  private static String commands() {
    var nowhere = new PrintWriter(Writer.nullWriter());
    var surroundings =
        new Surroundings(
            Path.of(""),
            Map.of(),
            StageTypes.installed(),
            InstantSource.fixed(Instant.EPOCH),
            nowhere,
            nowhere);
    return Main.line(surroundings).getSubcommands().values().stream()
        .map(CommandReferenceTest::section)
        .collect(Collectors.joining());
  }

  private static String section(CommandLine command) {
    command.setUsageHelpAutoWidth(false).setUsageHelpWidth(WIDTH);
    return """

    ## %s

    ```
    %s
    ```
    """
        .formatted(command.getCommandName(), command.getUsageMessage(Ansi.OFF).strip());
  }
}
