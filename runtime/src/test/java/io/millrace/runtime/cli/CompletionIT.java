package io.millrace.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.SampleTypes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real bash makes of the script. */
class CompletionIT {
  @TempDir private Path folder;
  private Path script;

  @BeforeEach
  void print() throws IOException {
    var out = new StringWriter();
    var surroundings =
        new Surroundings(
            folder,
            Map.of(),
            SampleTypes.ALL,
            InstantSource.system(),
            new PrintWriter(out, true),
            new PrintWriter(out, true));
    assertThat(Main.run(surroundings, "completion")).isEqualTo(Main.DONE);
    script = Files.writeString(folder.resolve("completion.bash"), out.toString());
  }

  @Test
  void bashReadsIt() throws Exception {
    assertThat(bash("-n", script.toString())).isEmpty();
  }

  @Test
  void completesCommandsAndOptions() throws Exception {
    assertThat(complete("millrace", "va")).containsExactly("validate");
    assertThat(complete("millrace", "resn")).containsExactly("resnapshot");
    assertThat(complete("millrace", "resnapshot", "--t")).containsExactly("--table");
    assertThat(complete("millrace", "run", "--d")).containsExactly("--dry-run");
    assertThat(complete("millrace", "run", "--s")).containsExactly("--set");
    assertThat(complete("millrace", "schema", "--t")).containsExactly("--target");
    assertThat(complete("millrace", "status", "--no-such")).isEmpty();
  }

  /** What bash offers for the last word. */
  private List<String> complete(String... words) throws Exception {
    String program =
        """
        compopt() { :; } # only there while somebody types
        source '%s'
        function=$(complete -p millrace | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
        COMP_WORDS=(%s)
        COMP_CWORD=%d
        "$function"
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(script, String.join(" ", words), words.length - 1);
    return bash("-c", program).lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
  }

  private static String bash(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("bash", "--norc"));
    command.addAll(List.of(arguments));
    Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertThat(bash.waitFor()).as(said).isZero();
    return said;
  }
}
