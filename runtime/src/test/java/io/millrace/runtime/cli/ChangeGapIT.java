package io.millrace.runtime.cli;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.StreamId;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.cli.Commands.Ended;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes that the log has lost, and what an operator does about them, by the commands alone. */
class ChangeGapIT {
  private static final String RUN = "2026-11-20T10";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path servers;
  private static EmbeddedKafka kafka;

  @TempDir private Path folder;
  private ChangeCommands commands;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(servers.resolve("kafka"));
  }

  @BeforeEach
  void begin() {
    commands = new ChangeCommands(folder, kafka.bootstrapServers());
  }

  private Ended millrace(String... args) {
    return commands.millrace(args);
  }

  private String loaded(String file, int bucket) throws Exception {
    return commands.loaded(file, bucket);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void aBucketGoesOnBehindWhatSomebodyDecidedToDoWithout() throws Exception {
    String file = commands.pipeline("lossy", "lake", "{every: 0s}");
    try (var topic = new ChangeTopic(new StreamId("lossy", "a"), 1, kafka.bootstrapServers())) {
      topic.changes(0, RUN, 0, 5);
      topic.changes(1, RUN, 0, 5);
      try (var sink = commands.new Sink(file)) {
        await().atMost(PATIENCE).until(() -> loaded(file, 0).equals("1..5"));
        await().atMost(PATIENCE).until(() -> loaded(file, 1).equals("1..5"));
      }
      topic.changes(0, RUN, 5, 10);
      long lost = topic.changes(1, RUN, 5, 10);
      topic.changes(0, RUN, 10, 15);
      topic.changes(1, RUN, 10, 15);
      topic.changes(0, RUN, 15, 17);
      topic.loseBefore(lost + 1);
      String first = topic.gap(0, 5, 10);
      String second = topic.gap(1, 5, 10);
      try (var sink = commands.new Sink(file)) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(millrace("status", file).out())
                        .contains(
                            "lake: %s is halted: Cannot find the changes after ".formatted(first),
                            "lake: %s is halted: ".formatted(second)));
        assertThat(millrace("status", file).out())
            .contains("changes of a go on with a record that fills the gap, or millrace abandon");
        assertThat(millrace("status", file, "--wait", "--timeout", "0s").code()).isEqualTo(1);

        Ended unseen = millrace("abandon", file, topic.gap(0, 5, 15), "--reason", "gone");
        assertThat(unseen.code()).isEqualTo(1);
        assertThat(unseen.err()).contains("no such changes halt a bucket");
        assertThat(millrace("abandon", file, first, "--reason", " ").code()).isEqualTo(2);
        Ended done = millrace("abandon", file, first, "--reason", "a disk", "--by", "ada");
        assertThat(done).isEqualTo(new Ended(0, done.out(), ""));
        assertThat(done.out()).contains("its bucket goes on behind " + ChangeTopic.at(10));
        await().atMost(PATIENCE).until(() -> loaded(file, 0).equals("1..5 11..15 16..17"));

        topic.changes(1, RUN, 5, 10); // the source sends it again
        await().atMost(PATIENCE).until(() -> loaded(file, 1).startsWith("1..5 6..10"));
        assertThat(millrace("abandon", file, second, "--reason", "too late").code()).isEqualTo(1);
        topic.changes(1, RUN, 15, 16);
        topic.changes(0, RUN, 17, 18);
        await().atMost(PATIENCE).until(() -> loaded(file, 1).equals("1..5 6..10 11..15 16..16"));
        await().atMost(PATIENCE).until(() -> loaded(file, 0).endsWith(" 18..18"));
      }
      assertThat(millrace("status", file).out())
          .containsPattern("lake: %s was abandoned by ada at 20.*Z: a disk\n".formatted(first))
          .doesNotContain("halted", second);
      JsonNode status = JSON.readTree(millrace("status", file, "--json").out());
      assertThat(status.at("/streams/0/changes/0/latest_commit").asText())
          .isEqualTo("2026-11-20T10:00:00Z");
      assertThat(status.at("/streams/0/gaps/0/changes").asText()).isEqualTo(first);
      JsonNode gap = JSON.readTree(millrace("files", file, "--changes", "--json").out()).get(1);
      assertThat(gap.at("/gap/reason").asText()).isEqualTo("a disk");
      assertThat(gap.at("/after").asText()).isEqualTo(ChangeTopic.at(5).toString());
      assertThat(gap.at("/last").asText()).isEqualTo(ChangeTopic.at(10).toString());
      assertThat(gap.at("/files")).isEmpty();
    }
  }

  @Test
  void whatIsMissingBeforeTheFirstChangeCanBeAbandonedToo() throws Exception {
    String file = commands.pipeline("headless", "lake", "{every: 0s}");
    try (var topic = new ChangeTopic(new StreamId("headless", "a"), 1, kafka.bootstrapServers())) {
      topic.changes(0, RUN, 7, 9);
      String missing = topic.gap(0, 0, 7);
      try (var sink = commands.new Sink(file)) {
        await()
            .atMost(PATIENCE)
            .until(() -> millrace("status", file).out().contains(missing + " is halted"));
        assertThat(millrace("abandon", file, missing, "--reason", "ours begins here").code())
            .isZero();
        await().atMost(PATIENCE).until(() -> loaded(file, 0).equals("8..9"));
      }
    }
  }
}
