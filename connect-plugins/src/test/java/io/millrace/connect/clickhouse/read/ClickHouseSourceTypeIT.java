package io.millrace.connect.clickhouse.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.connect.clickhouse.ClickHouseOptions;
import io.millrace.core.MillraceException;
import io.millrace.core.server.ChdbServer;
import io.millrace.core.stage.SourceContract;
import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceTables;
import io.millrace.core.stage.SourceType;
import io.millrace.core.window.NullRows;
import io.millrace.core.window.WindowOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the command line asks of a ClickHouse. */
class ClickHouseSourceTypeIT extends SourceContract<ClickHouseOptions> {
  private static ChdbServer server;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(ChdbServer.missing().isEmpty(), () -> ChdbServer.missing().orElse(""));
    server = ChdbServer.start();
    server.execute("CREATE DATABASE shop");
    server.execute(
        "CREATE TABLE shop.orders (id Int64, at DateTime, j JSON, v Variant(String, UInt8),"
            + " a Array(Dynamic), twice Int64 ALIAS id * 2) ENGINE = MergeTree ORDER BY id");
    server.execute("INSERT INTO shop.orders (id) SELECT number FROM numbers(17)");
    server.execute(
        "CREATE TABLE shop.sums (id Int64, s AggregateFunction(sum, Int64)) ENGINE = MergeTree"
            + " ORDER BY id");
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected SourceType<ClickHouseOptions> type() {
    return new ClickHouseSourceType();
  }

  @Override
  protected ClickHouseOptions options() {
    return TestReading.options(server, Map.of("table", "shop.orders"));
  }

  @Override
  protected ClickHouseOptions optionsForAnUnknownTable() {
    return TestReading.options(server, Map.of("table", "shop.nothing"));
  }

  private SourceTables describe(Map<String, ?> more) {
    return type().describe(TestReading.options(server, more));
  }

  @Test
  void whatBlocksDoNotCarryComesAsTheServersText() {
    SourceTable table = type().describe(options()).tables().get(0);

    assertThat(table.estimatedRows()).isEqualTo(17);
    assertThat(table.schema().getFields())
        .extracting(Field::getName)
        .containsExactly("id", "at", "j", "v", "a");
    for (String column : List.of("j", "v", "a")) {
      Field field = table.schema().findField(column);
      assertThat(field.getType()).as(column).isEqualTo(ArrowType.Utf8.INSTANCE);
      assertThat(field.getMetadata().getOrDefault("ARROW:extension:name", ""))
          .as(column)
          .isEqualTo(column.equals("v") ? "" : "arrow.json");
    }
    assertThat(table.schema().findField("j").getMetadata())
        .containsEntry(SourceTable.SOURCE_TYPE, "JSON");
    assertThat(table.schema().findField("v").isNullable()).isTrue();
  }

  @Test
  void aTypeThatIsNotReadIsNamedWithItsColumn() {
    assertThatThrownBy(() -> describe(Map.of("table", "shop.sums")))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("column s")
        .hasMessageContaining("AggregateFunction(sum, Int64)")
        .hasMessageContaining("finalizeAggregation");
    assertThat(
            describe(
                    Map.of(
                        "query",
                        "SELECT id, finalizeAggregation(s) AS s FROM shop.sums",
                        "stream",
                        "sums"))
                .tables())
        .hasSize(1);
  }

  @Test
  void severalTablesAreFoundByPatterns() {
    SourceTables found = describe(Map.of("tables", List.of("shop.*")));

    assertThat(found.tables()).extracting(SourceTable::stream).containsExactly("orders");
    assertThat(found.unreadable())
        .extracting(SourceTables.Unreadable::stream)
        .containsExactly("sums");
    assertThatThrownBy(() -> describe(Map.of("tables", List.of("nowhere.*"))))
        .hasMessageContaining("nowhere.*");
  }

  @Test
  void windowsWantAColumnOfTime() {
    assertThat(type().describe(options(), windows("at")).tables()).hasSize(1);
    assertThatThrownBy(() -> type().describe(options(), windows("id")))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.key()).contains("run.column"));
  }

  private static WindowOptions windows(String column) {
    return new WindowOptions(
        column, Optional.of(Duration.ofDays(1)), Duration.ZERO, "UTC", 0, NullRows.ERROR);
  }
}
