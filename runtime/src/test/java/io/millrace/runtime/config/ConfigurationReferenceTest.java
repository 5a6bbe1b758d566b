package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {
  private static final Path COMMITTED = Path.of("../docs/configuration.md");

  @Test
  void thePageIsWhatTheOptionsDeclare() throws IOException {
    String generated = ConfigurationReference.of(StageTypes.installed());
    if (Boolean.getBoolean("millrace.regenerate")) {
      Files.writeString(COMMITTED, generated);
    }
    assertThat(COMMITTED)
        .as(
            "a page of today's options; to write it again: mvn test -pl runtime -am"
                + " -Dtest=ConfigurationReferenceTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dmillrace.regenerate=true")
        .hasContent(generated);
  }

  @Test
  void everyOptionHasARow() {
    assertThat(ConfigurationReference.of(SampleTypes.ALL))
        .contains(
            """
            ### type: table

            | key | value | default | what it does |
            | --- | --- | --- | --- |
            | `url` | text, e.g. `db://host/app` |  | Where the database is. |
            | `user` | text |  | Who asks. |
            | `password` | secret |  | The user's password. |
            | `tables` | list: text |  | The tables. |
            | `partition` | keys |  | How each is cut. |
            | `partition.column` | text | required | The column. |
            | `partition.ranges` | whole number | `4` | How many. |
            | `tokens` | keys of your own: secret |  | Passed on with each query. |
            | `tasks` | whole number | `1` | How many tasks read. |
            | `batch_bytes` | size | `900k` | The largest record. |
            """)
        .contains("| `compression` | `zstd`, `none` | `zstd` | How they are packed. |")
        .contains("| `topic.partitions` | whole number | `4` | Partitions of each topic:")
        .contains("| `connect` | keys |  | The Kafka Connect cluster that reads the source. |");
  }
}
