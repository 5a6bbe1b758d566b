package io.millrace.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Attempt;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.LogRange;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkSession;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.PipelineFile;
import io.millrace.runtime.config.References;
import io.millrace.runtime.config.SampleTypes;
import io.millrace.runtime.config.StageTypes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code status} and {@code files} on what a real sink has written. */
class LedgerCommandsTest {
  private static final StageTypes TYPES =
      new StageTypes(SampleTypes.ALL.sources(), Map.of(), StageTypes.installed().sinks());
  private static final StreamId STREAM = new StreamId("trips", "trips");
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final Schema SCHEMA =
      new Schema(List.of(Field.nullable("id", new ArrowType.Int(64, true))));

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;

  @BeforeEach
  void writePipeline() throws IOException {
    file =
        Files.writeString(
            folder.resolve("a.yaml"),
            """
            name: trips
            source: {type: table, tables: trips, password: '${env:NOT_HERE}'}
            sinks:
              - {type: parquet, name: lake, path: 'lake/{stream}/{run}/'}
              - {type: parquet, name: cold, path: 'cold/{stream}/{run}/'}
            """);
  }

  @Test
  void nothingIsLoadedYet() {
    assertThat(millrace("status", file.toString())).isEqualTo(0);
    assertThat(out.toString())
        .isEqualTo(
            """
            SINK  STREAM  RUN  STATE           PARTITIONS  ROWS  LAG  PLAN
            lake  trips        nothing loaded
            cold  trips        nothing loaded
            """);
    assertThat(millrace("files", file.toString(), "--sink", "lake")).isEqualTo(0);
    assertThat(out.toString()).isEmpty();
    assertThat(millrace("files", file.toString(), "--sink", "lake", "--run", "snapshot"))
        .isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo("Run \"snapshot\" is not published: millrace status shows what is\n");
    assertThat(folder.resolve("lake")).doesNotExist();
  }

  /** Of tables that are patterns only the targets know, and these know nothing yet. */
  @Test
  void nothingIsSettledWhereNoStreamIsKnown() {
    assertThat(new PipelineStatus("trips", List.of(), List.of(), null).settled()).isFalse();
  }

  @Test
  void runsThatTheFileNowDividesInAnotherWay() throws IOException {
    load("lake", PlanId.after(0, NOW, "aaa"), 1, 1);
    String edited = Files.readString(file).replace("source:", "run: {column: at}\nsource:");
    Files.writeString(file, edited);

    String refused =
        "its runs are \"snapshot\", and run: in the pipeline's file says"
            + " \"windows of 1d of at in UTC\"";
    assertThat(millrace("status", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains(refused);
    assertThat(millrace("files", file.toString(), "--sink", "lake")).isEqualTo(1);
    assertThat(err.toString()).contains(refused);
  }

  @Test
  void oneRunIsPublishedAndItsNextPlanIsLoading() throws IOException {
    PlanId first = PlanId.after(0, NOW, "aaa");
    PlanId second = PlanId.after(0, NOW.plusSeconds(60), "bbb");
    load("lake", first, 2, 2);
    List<Path> published = parquetFiles();
    load("lake", second, 3, 1);

    assertThat(millrace("status", file.toString())).isEqualTo(0);
    assertThat(out.toString())
        .isEqualTo(
            """
            SINK  STREAM  RUN       STATE           PARTITIONS  ROWS  LAG  PLAN
            lake  trips   snapshot  published       2 of 2         2       %s
            lake  trips   snapshot  loading         1 of 3         1       %s
            cold  trips             nothing loaded
            """
                .formatted(first, second));

    assertThat(millrace("files", file.toString(), "--sink", "lake")).isEqualTo(0);
    assertThat(out.toString().lines().map(Path::of))
        .containsExactlyInAnyOrderElementsOf(published)
        .hasSize(2);

    assertThat(millrace("files", file.toString(), "--sink", "lake", "--json")).isEqualTo(0);
    assertThat(out.toString())
        .contains(
            "\"stream\" : \"trips\"",
            "\"run\" : \"snapshot\"",
            "\"plan\" : \"" + first,
            "\"rows\" : 2");

    assertThat(millrace("files", file.toString())).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("Which sink? This pipeline has several: say --sink with one of lake, cold\n");
  }

  @Test
  void aHeldUnitIsNamedAndCanBeAbandoned() {
    PlanId plan = PlanId.after(0, NOW, "aaa");
    load("lake", plan, 2, 1);
    var run = new PlannedRun(STREAM, RunId.SNAPSHOT, plan);
    try (Sink target = open("lake")) {
      target.ledger().hold(new HeldUnit(run, "p1", "batch 3 is nowhere", NOW));
    }
    String unit = "trips.trips/snapshot/%s/p1".formatted(plan);

    assertThat(millrace("status", file.toString())).isEqualTo(0);
    assertThat(out.toString())
        .contains(
            "loading         1 of 2",
            "lake: %s is held: batch 3 is nowhere\n".formatted(unit),
            "lake: run snapshot of trips goes on with a new plan");

    String file = this.file.toString();
    assertThat(millrace("abandon", file, unit + "2", "--sink", "lake", "--reason", "gone"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("p12\": no such unit is held");
    assertThat(millrace("abandon", file, unit, "--sink", "lake", "--reason", "gone")).isZero();
    assertThat(out.toString()).endsWith("the plan is whole without it\n");

    assertThat(millrace("abandon", file, unit, "--sink", "lake", "--reason", "gone")).isEqualTo(1);
    assertThat(err.toString()).contains("no such unit is held");
    assertThat(millrace("status", file)).isZero();
    assertThat(out.toString())
        .contains("published       1 of 2", "lake: run snapshot of trips lacks 1 partitions");
    assertThat(millrace("abandon", file, unit, "--sink", "cold", "--reason", "gone")).isEqualTo(1);
    assertThat(folder.resolve("cold")).doesNotExist();
  }

  @Test
  void waitsUntilEverySinkHasSettled() {
    load("lake", PlanId.after(0, NOW, "aaa"), 1, 1);
    assertThat(millrace("status", file.toString(), "--wait", "--timeout", "0s")).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("Not settled after 0s\n");

    load("cold", PlanId.after(0, NOW, "aaa"), 1, 1);
    assertThat(millrace("status", file.toString(), "--wait", "--timeout", "0s", "--json"))
        .isEqualTo(0);
    assertThat(out.toString()).contains("\"state\" : \"published\"").doesNotContain("lag");
  }

  @Test
  void anotherPipelinesLedgerIsRefused() throws IOException {
    load("lake", PlanId.after(0, NOW, "aaa"), 1, 1);
    Path ledger = folder.resolve("lake/_millrace");
    Files.move(ledger.resolve("trips"), ledger.resolve("fares"));
    Files.writeString(file, Files.readString(file).replace("name: trips", "name: fares"));

    assertThat(millrace("status", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("it belongs to pipeline \"trips\", and this is \"fares\"");
  }

  /** Loads some of a plan's partitions, one row each, and does what is due then. */
  private void load(String sink, PlanId id, int partitions, int loaded) {
    var plan = new OpenPlan(new PlannedRun(STREAM, RunId.SNAPSHOT, id), partitions);
    try (Sink target = open(sink);
        BufferAllocator allocator = new RootAllocator()) {
      target.ledger().open(plan);
      for (int i = 0; i < loaded; i++) {
        var unit = new Unit(STREAM, RunId.SNAPSHOT, id, "p" + i);
        target
            .ledger()
            .mark(
                new UnitMarker(
                    unit,
                    partitions,
                    new Attempt(1, "n" + i, NOW),
                    1,
                    stage(target, unit, allocator),
                    new LogRange(STREAM.topic(), "topic-id", 0, 2L * i, 2L * i + 1, 0, 1),
                    "none"));
      }
      target.ledger().settle(plan);
    }
  }

  private static Staged stage(Sink target, Unit unit, BufferAllocator allocator) {
    try (SinkSession session = target.begin(unit, SCHEMA);
        VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, allocator)) {
      var ids = (BigIntVector) batch.getVector("id");
      ids.setSafe(0, 42);
      batch.setRowCount(1);
      session.append(batch);
      return session.finish();
    }
  }

  private Sink open(String sink) {
    Pipeline pipeline = new PipelineFile(TYPES, References.butTheSources(Map.of())).read(file);
    return pipeline.sinks().stream()
        .filter(spec -> spec.name().equals(sink))
        .findFirst()
        .orElseThrow()
        .open(
            new SinkContext(
                pipeline.name(),
                sink,
                pipeline.layout(),
                "cluster",
                folder,
                new Nonces(new Random()),
                InstantSource.fixed(NOW)));
  }

  private List<Path> parquetFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return new ArrayList<>(files.filter(f -> f.toString().endsWith(".parquet")).toList());
    }
  }

  private int millrace(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var surroundings =
        new Surroundings(
            folder,
            Map.of(),
            TYPES,
            InstantSource.system(),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return Main.run(surroundings, args);
  }
}
