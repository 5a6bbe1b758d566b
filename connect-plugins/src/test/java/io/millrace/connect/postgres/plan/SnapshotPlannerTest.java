package io.millrace.connect.postgres.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.plan.SplitColumn.Kind;
import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.round.PlannedPartition;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.core.Oid;

/** Plans, from statistics that are made up. */
class SnapshotPlannerTest {
  private static final SplitColumn ID = new SplitColumn("id", Kind.INTEGER, "bigint", false);
  private static final Bounds EVERYTHING = new Bounds.Everything();

  private static List<Bounds> bounds(List<PlannedPartition> plan) {
    return plan.stream().map(PlannedPartition::bounds).toList();
  }

  private static Bounds range(String from, String to) {
    return new Bounds.Range("id", from, to);
  }

  private static List<Bounds> even(long min, long max, int ranges) {
    return bounds(new SnapshotPlanner(ranges).byColumn(ID, new Distribution.Even(min, max)));
  }

  @Test
  void evenRangesAreOpenAtBothEnds() {
    assertThat(even(1, 100, 4))
        .containsExactly(
            range(null, "26"), range("26", "51"), range("51", "76"), range("76", null));
  }

  @Test
  void fewValuesGiveFewRanges() {
    assertThat(even(5, 7, 8)).containsExactly(range(null, "6"), range("6", "7"), range("7", null));
    assertThat(even(5, 5, 8)).containsExactly(EVERYTHING);
    assertThat(even(1, 100, 1)).containsExactly(EVERYTHING);
  }

  @Test
  void theWidestRangeDoesNotOverflow() {
    assertThat(even(Long.MIN_VALUE, Long.MAX_VALUE, 2))
        .containsExactly(range(null, "0"), range("0", null));
  }

  @Test
  void anEmptyTableIsOnePartition() {
    assertThat(bounds(new SnapshotPlanner(8).byColumn(ID, new Distribution.Empty())))
        .containsExactly(EVERYTHING);
    assertThat(bounds(new SnapshotPlanner(8).byPlace(0))).containsExactly(EVERYTHING);
  }

  @Test
  void nullIsAPartitionOfItsOwn() {
    var nullable = new SplitColumn("id", Kind.INTEGER, "bigint", true);
    var planner = new SnapshotPlanner(2);
    assertThat(bounds(planner.byColumn(nullable, new Distribution.Even(0, 9))))
        .containsExactly(range(null, "5"), range("5", null), new Bounds.Nulls("id"));
    assertThat(bounds(planner.byColumn(nullable, new Distribution.Empty())))
        .as("all rows may have NULL")
        .containsExactly(EVERYTHING);
  }

  @Test
  void idsAreOrdinals() {
    assertThat(new SnapshotPlanner(3).byColumn(ID, new Distribution.Even(0, 9)))
        .extracting(PlannedPartition::id)
        .containsExactly("0000", "0001", "0002");
  }

  @Test
  void blocksAreTheLastResort() {
    assertThat(bounds(new SnapshotPlanner(3).byPlace(10)))
        .containsExactly(
            new Bounds.Range("ctid", null, "(3,0)"),
            new Bounds.Range("ctid", "(3,0)", "(6,0)"),
            new Bounds.Range("ctid", "(6,0)", null));
  }

  @Test
  void aHeavyValueCostsOneRange() {
    var weights = new ArrayList<Distribution.Weight>();
    for (int i = 0; i < 100; i++) {
      weights.add(new Distribution.Weight(i, i == 10 ? 100 : 1));
    }
    assertThat(bounds(new SnapshotPlanner(5).byColumn(ID, new Distribution.Weighted(weights))))
        .containsExactly(
            range(null, "11"),
            range("11", "34"),
            range("34", "56"),
            range("56", "78"),
            range("78", null));
  }

  @ParameterizedTest
  @CsvSource({"1,8", "2,8", "3,4", "4,2", "5,16", "6,8", "7,30"})
  void quantilesShareTheRows(long seed, int ranges) {
    var random = new Random(seed);
    var weights = new ArrayList<Distribution.Weight>();
    long value = -500;
    for (int i = 0; i < 200; i++) {
      value += random.nextInt(50); // may repeat
      weights.add(new Distribution.Weight(value, 0.5 + random.nextDouble()));
    }
    List<Bounds> plan =
        bounds(new SnapshotPlanner(ranges).byColumn(ID, new Distribution.Weighted(weights)));
    assertThat(plan).hasSize(ranges);
    double total = weights.stream().mapToDouble(Distribution.Weight::share).sum();
    for (Bounds each : plan) {
      var range = (Bounds.Range) each;
      long from = range.from().map(Long::parseLong).orElse(Long.MIN_VALUE);
      long to = range.to().map(Long::parseLong).orElse(Long.MAX_VALUE);
      double share =
          weights.stream()
              .filter(w -> w.value() >= from && w.value() < to)
              .mapToDouble(Distribution.Weight::share)
              .sum();
      assertThat(share * ranges / total).as("%s of seed %d", range, seed).isBetween(0.4, 1.9);
    }
  }

  @Test
  void theKeyIsTakenIfItIsOneFittingColumn() throws SQLException {
    assertThat(columnsOf(table(List.of("id"), Oid.INT4))).containsOnly("id");
    assertThat(columnsOf(table(List.of("id"), Oid.UUID))).containsOnly("ctid");
    assertThat(columnsOf(table(List.of("id", "day"), Oid.INT4))).containsOnly("ctid");
    assertThat(columnsOf(table(List.of(), Oid.INT4))).containsOnly("ctid");
  }

  private static List<String> columnsOf(Table table) throws SQLException {
    return new SnapshotPlanner(4)
        .plan(table, null, new Statistics()).stream()
            .map(partition -> ((Bounds.Range) partition.bounds()).column())
            .toList();
  }

  private static Table table(List<String> key, int idType) {
    return new Table(
        1,
        new TableName("public", "t"),
        List.of(
            new Column("id", "some type", idType, -1, false),
            new Column("day", "date", Oid.DATE, -1, true),
            new Column("note", "character varying(9)", Oid.VARCHAR, 13, true)),
        key,
        -1);
  }

  @Test
  void aColumnThatCannotBeDividedIsRefusedWithItsType() {
    assertThatThrownBy(() -> SplitColumn.named(table(List.of(), Oid.INT4), "note"))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.key()).contains("partition.column"))
        .hasMessageContaining("character varying(9)")
        .hasMessageContaining("integer");
    assertThatThrownBy(() -> SplitColumn.named(table(List.of(), Oid.INT4), "dat"))
        .hasMessageContaining("did you mean \"day\"");
  }

  @Test
  void boundsBecomeConditions() {
    Table table = table(List.of(), Oid.INT2);
    assertThat(Conditions.of(EVERYTHING, table)).isEqualTo("true");
    assertThat(Conditions.of(new Bounds.Nulls("id"), table)).isEqualTo("\"id\" IS NULL");
    assertThat(Conditions.of(range("-3", "7"), table))
        .isEqualTo("\"id\" >= '-3'::smallint AND \"id\" < '7'::smallint");
    assertThat(Conditions.of(new Bounds.Range("day", null, "2026-11-20"), table))
        .isEqualTo("\"day\" < '2026-11-20'::date");
    assertThat(Conditions.of(new Bounds.Range("ctid", "(3,0)", null), table))
        .isEqualTo("\"ctid\" >= '(3,0)'::tid");
  }

  @Test
  void datesAndTimesAreWrittenForPostgresAndPeople() {
    var day = new SplitColumn("d", Kind.DATE, "date", false);
    var time = new SplitColumn("t", Kind.TIMESTAMP, "timestamp", false);
    var zoned = new SplitColumn("z", Kind.TIMESTAMP_WITH_ZONE, "timestamptz", false);
    assertThat(LongStream.of(0, -1, -719_529, 2_932_897).mapToObj(day::text))
        .containsExactly("1970-01-01", "1969-12-31", "0002-12-31 BC", "10000-01-01");
    assertThat(time.text(1)).isEqualTo("1970-01-01 00:00:01");
    assertThat(zoned.text(-1)).isEqualTo("1969-12-31 23:59:59+00");
    assertThat(time.text(-62_167_219_201L)).isEqualTo("0002-12-31 23:59:59 BC");
  }

  /** A table of forty blocks and as many values. */
  private static final class Statistics implements TableStatistics {
    @Override
    public Distribution distribution(SplitColumn column) {
      return new Distribution.Even(0, 39);
    }

    @Override
    public long blocks() {
      return 40;
    }
  }
}
