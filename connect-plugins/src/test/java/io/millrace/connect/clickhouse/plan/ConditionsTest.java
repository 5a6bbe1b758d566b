package io.millrace.connect.clickhouse.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.connect.clickhouse.server.Column;
import io.millrace.connect.clickhouse.server.SqlText;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.clickhouse.type.TypeParser;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds as SQL, of every kind of column, also where they lie outside of its type. */
class ConditionsTest {
  private static Table table(String type) {
    var column =
        new Column(TypeParser.parse(type), SqlText.identifier("v"), ColumnType.of("v", type));
    return new Table("a.b", "`a`.`b`", List.of(column), "v", -1);
  }

  private static String range(String type, String from, String to) {
    return Conditions.of(new Bounds.Range("v", from, to), table(type));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UInt64 | 0 | 18446744073709551615 | `v` >= 0 AND `v` < 18446744073709551615
          Nullable(Int8) | -5 | 7 | `v` >= -5 AND `v` < 7
          LowCardinality(Nullable(Date)) | 2024-05-01 | 2024-05-02 | `v` >= toDate('2024-05-01') AND `v` < toDate('2024-05-02')
          Date32 | 1950-01-01 | 1950-01-02 | `v` >= toDate32('1950-01-01') AND `v` < toDate32('1950-01-02')
          DateTime('Asia/Tokyo') | 2024-05-01 01:02:03+00 | 2024-05-02 00:00:00+00 | `v` >= toDateTime('2024-05-01 01:02:03', 'UTC') AND `v` < toDateTime('2024-05-02 00:00:00', 'UTC')
          DateTime64(3) | 1950-01-01 00:00:00+00 | 1950-01-01 01:00:00+00 | `v` >= toDateTime64('1950-01-01 00:00:00', 0, 'UTC') AND `v` < toDateTime64('1950-01-01 01:00:00', 0, 'UTC')
          """)
  void aRangeIsHalfOpen(String type, String from, String to, String sql) {
    assertThat(range(type, from, to)).isEqualTo(sql);
  }

  @Test
  void whatLiesOutsideOfATypeIsTrueOrFalseAndNeverWrapsAround() {
    assertThat(range("DateTime", "1969-12-29 00:00:00+00", "1970-01-05 00:00:00+00"))
        .isEqualTo("1 AND `v` < toDateTime('1970-01-05 00:00:00', 'UTC')");
    assertThat(range("DateTime", "1969-12-29 00:00:00+00", "1970-01-01 00:00:00+00"))
        .isEqualTo("1 AND 0");
    assertThat(range("Date", "2149-06-06", "2149-06-07"))
        .isEqualTo("`v` >= toDate('2149-06-06') AND 1");
    assertThat(range("Nullable(Date)", "1969-12-31", "1970-01-02"))
        .isEqualTo("`v` IS NOT NULL AND `v` < toDate('1970-01-02')");
  }

  @Test
  void nullAndEverythingHaveTheirOwn() {
    assertThat(Conditions.of(new Bounds.Nulls("v"), table("Int8"))).isEqualTo("`v` IS NULL");
    assertThat(Conditions.of(new Bounds.Everything(), table("Int8"))).isEqualTo("1");
  }

  @Test
  void otherTypesAreRefusedByName() {
    assertThatThrownBy(() -> SplitColumn.named(table("String"), "v"))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("String");
    assertThatThrownBy(() -> SplitColumn.named(table("Int8"), "w"))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("\"w\"")
        .hasMessageContaining("it has v");
    assertThatThrownBy(() -> SplitColumn.ofRuns(table("Int8"), "v"))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("Int8");
  }

  @Test
  void quantilesBeginRangesAboveTheLeastValue() {
    assertThat(
            RangePlanner.between(
                BigInteger.TWO, BigInteger.TEN, "[2,2.5,3,3,nan,9.99,1.8446744073709552e19]"))
        .containsExactly(BigInteger.valueOf(3), BigInteger.TEN);
    assertThat(RangePlanner.between(BigInteger.ZERO, BigInteger.ZERO, "[nan,nan]")).isEmpty();
  }
}
