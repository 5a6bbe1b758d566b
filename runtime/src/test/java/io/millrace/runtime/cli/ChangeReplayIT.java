package io.millrace.runtime.cli;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.StreamId;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.cli.Commands.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code replay} of a topic of changes, with a real Kafka and files. */
class ChangeReplayIT {
  private static final String RUN = "2026-11-20T10";
  private static final String NEXT_RUN = "2026-11-20T11";
  private static final String CUT = "{rows: 4, every: 1h}";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path servers;
  private static EmbeddedKafka kafka;

  @TempDir private Path folder;
  private ChangeCommands commands;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(servers.resolve("kafka"));
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @BeforeEach
  void begin() {
    commands = new ChangeCommands(folder, kafka.bootstrapServers());
  }

  /** A cut as readers find it, with the bytes of its files. */
  private record Found(JsonNode cut, List<byte[]> files) {}

  private List<Found> cuts(String file) throws IOException {
    var found = new ArrayList<Found>();
    for (JsonNode cut :
        JSON.readTree(commands.millrace("files", file, "--changes", "--json").out())) {
      var files = new ArrayList<byte[]>();
      for (JsonNode path : cut.get("files")) {
        files.add(Files.readAllBytes(Path.of(path.asText())));
      }
      found.add(new Found(((ObjectNode) cut).without("files"), files));
    }
    return found;
  }

  @Test
  void anEmptyTargetGetsTheSameFilesAndTheSinkGoesOnThere() throws Exception {
    String live = commands.pipeline("again", "lake", CUT);
    try (var topic = new ChangeTopic(new StreamId("again", "a"), 2, kafka.bootstrapServers())) {
      topic.changes(0, RUN, 0, 3);
      topic.changes(1, RUN, 0, 5);
      topic.changes(0, RUN, 0, 3); // sent again
      topic.changes(0, RUN, 2, 6);
      topic.tick(1, RUN, 5, 6);
      topic.changes(0, RUN, 6, 7);
      topic.changes(0, NEXT_RUN, 7, 9);
      topic.changes(1, NEXT_RUN, 6, 8);
      try (var sink = commands.new Sink(live)) {
        await().atMost(PATIENCE).until(() -> commands.loaded(live, 0).equals("1..6 7..7"));
        await().atMost(PATIENCE).until(() -> commands.loaded(live, 1).equals("1..5"));
      }

      Ended dry =
          commands.millrace("replay", live, "--all", "--into", "new/{stream}/{run}/", "--dry-run");
      assertThat(dry.out()).contains("reading 8 records", "again.a.changes-0");
      Ended replayed = commands.millrace("replay", live, "--all", "--into", "new/{stream}/{run}/");
      assertThat(replayed).isEqualTo(new Ended(0, replayed.out(), replayed.err()));
      assertThat(replayed.out()).contains("a -> lake: 12 changes in 3 cuts");

      String anew = commands.pipeline("again", "new", CUT);
      assertThat(cuts(anew)).usingRecursiveComparison().isEqualTo(cuts(live));
      Ended twice = commands.millrace("replay", anew, "--all", "--json");
      assertThat(twice.code()).isZero();
      assertThat(JSON.readTree(twice.out()).at("/0/changes/0/cuts").asInt(-1)).isZero();

      topic.changes(0, NEXT_RUN, 9, 12);
      try (var sink = commands.new Sink(anew)) {
        await().atMost(PATIENCE).until(() -> commands.loaded(anew, 0).equals("1..6 7..7 8..12"));
      }
    }
  }

  @Test
  void whatTheLogHasNoMoreIsNamed() throws Exception {
    String file = commands.pipeline("short", "lake", CUT);
    try (var topic = new ChangeTopic(new StreamId("short", "a"), 1, kafka.bootstrapServers())) {
      long lost = topic.changes(0, RUN, 0, 5);
      topic.changes(1, RUN, 0, 5);
      topic.changes(0, RUN, 5, 9);
      topic.loseBefore(lost + 1);
      Ended replayed = commands.millrace("replay", file, "--all");
      assertThat(replayed.code()).as(replayed.out()).isEqualTo(1);
      assertThat(replayed.err()).contains(topic.gap(0, 0, 5) + " is halted: Cannot find");
      assertThat(replayed.out()).contains("a -> lake: 5 changes in 1 cuts");
    }
  }
}
