package io.millrace.sinks.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.core.Attempt;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.LogRange;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.server.ChdbServer;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkSession;
import io.millrace.sinks.parquet.Cells;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type and odd values of it, by what ClickHouse says it holds. */
class ClickHouseTypesIT {
  private static final Instant NOW = Instant.parse("2026-11-19T12:00:00Z");
  private static ClickHouseTarget target;
  private static int streams;

  @TempDir private static Path folder;

  private final Nonces nonces = new Nonces(new Random());
  private BufferAllocator allocator;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(ChdbServer.missing().isEmpty(), () -> ChdbServer.missing().orElse(""));
    target = new ClickHouseTarget(ChdbServer.start());
  }

  @AfterAll
  static void stop() throws Exception {
    if (target != null) {
      target.server().close();
    }
  }

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  @ParameterizedTest
  @MethodSource("io.millrace.sinks.clickhouse.ClickHouseTypeCases#all")
  void holdsWhatWasWritten(ClickHouseTypeCase column) {
    String table = load(column.field(), column.values());

    assertThat(
            target
                .server()
                .lines(
                    "SELECT type FROM system.columns WHERE name = 'v' AND database || '.' || table = '%s' FORMAT TSVRaw"
                        .formatted(table.replace("`", ""))))
        .containsExactly(column.type());
    assertThat(
            target
                .server()
                .lines(
                    "SELECT %s FROM %s ORDER BY id FORMAT TSVRaw".formatted(column.text(), table)))
        .isEqualTo(column.texts());
  }

  @ParameterizedTest
  @MethodSource("io.millrace.sinks.clickhouse.ClickHouseTypeCases#refusedValues")
  void refusesAValueThatWouldBecomeAnother(ClickHouseTypeCase column) {
    for (Object value : column.values()) {
      var values = new ArrayList<>();
      values.add(value);
      assertThatThrownBy(() -> load(column.field(), values))
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> assertThat(e.category()).isEqualTo(MillraceException.Category.DATA))
          .hasMessageContaining("column v")
          .hasMessageContaining(column.text());
    }
  }

  @ParameterizedTest
  @MethodSource("io.millrace.sinks.clickhouse.ClickHouseTypeCases#refusedTypes")
  void refusesATypeThatClickHouseLacks(Field field) {
    assertThatThrownBy(() -> load(field, List.of()))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.category()).isEqualTo(MillraceException.Category.DATA))
        .hasMessageContaining("Cannot write column v to ClickHouse")
        .hasMessageContaining("cast or drop it");
  }

  /** Gives the name of the table. */
  private String load(Field field, List<?> values) {
    var stream = new StreamId("types", "t" + streams++);
    var open =
        new OpenPlan(
            new PlannedRun(stream, RunId.SNAPSHOT, new PlanId(1_795_171_000_000L, "p")), 1);
    var schema = new Schema(List.of(Field.notNullable("id", new ArrowType.Int(32, true)), field));
    try (Sink sink = target.open(context(), Map.of("order_by", List.of("id")))) {
      sink.ledger().open(open);
      Unit unit = open.plan().unit("0");
      Staged staged;
      try (SinkSession session = sink.begin(unit, schema);
          VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
        batch.allocateNew();
        for (int row = 0; row < values.size(); row++) {
          Cells.set(batch.getVector("id"), row, row);
          Cells.set(batch.getVector("v"), row, values.get(row));
        }
        batch.setRowCount(values.size());
        session.append(batch);
        staged = session.finish();
      }
      var range = new LogRange("types." + stream.name(), "id", 0, 0, 2, 1, values.size());
      var attempt = new Attempt(1, "attempt1", NOW);
      sink.ledger()
          .mark(new UnitMarker(unit, 1, attempt, values.size(), staged, range, sink.fingerprint()));
      assertThat(sink.ledger().settle(open)).isInstanceOf(PlanState.Live.class);
    }
    return "`%s`.`%s`".formatted(ClickHouseTarget.database(context()), stream.name());
  }

  private SinkContext context() {
    return new SinkContext(
        "types", "shop", SinkContext.SNAPSHOT, "kafka-1", folder, nonces, () -> NOW);
  }
}
