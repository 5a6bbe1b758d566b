package io.millrace.connect.clickhouse.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Type texts, sound and not. */
class TypeParserTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "UInt8",
        "Array(Nullable(DateTime64(3, 'UTC')))",
        "Decimal(76, 20)",
        "Enum8('a' = -128, 'b\\'c' = 0, 'é' = 127)",
        "Tuple(`id` UInt32, `odd \\`name` String)",
        "SimpleAggregateFunction(sum, UInt64)",
        "SimpleAggregateFunction(groupArrayArray(10), Array(String))",
        "AggregateFunction(quantiles(0.5, 0.9), Float64)",
        "JSON(max_dynamic_paths=1, `a.b` UInt32, SKIP REGEXP '\\\\).*')",
        "Map(LowCardinality(String), Array(Int8))"
      })
  void oneLineIsWrittenAsItWasRead(String text) {
    assertThat(TypeParser.parse(text)).hasToString(text);
  }

  @Test
  void severalLinesAndQuotesAreTheSameType() {
    assertThat(TypeParser.parse("Tuple(\n    a Tuple(\n        b Int8),\n    `d e` Date)"))
        .isEqualTo(TypeParser.parse("Tuple(a Tuple(`b` Int8), \"d e\" Date)"));
    assertThat(TypeParser.parse("Tuple()")).isEqualTo(TypeParser.parse("Tuple"));
  }

  @Test
  void zonesCanBeLeftOut() {
    assertThat(TypeParser.parse("Array(DateTime('Asia/Tokyo'))").withoutZones())
        .isEqualTo(TypeParser.parse("Array(DateTime)"));
    assertThat(TypeParser.parse("DateTime64(3, 'UTC')").withoutZones())
        .isNotEqualTo(TypeParser.parse("DateTime64(3)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"|the name of a type at character 1, where it ends",
        "Array(|at character 7, where it ends",
        "Array(Int8|expected , at character 11, where it ends",
        "Array(Int8))|expected the end at character 12, where stands",
        "Enum8('a)|expected a closing '",
        "Enum8('a' = x)|expected a whole number at character 13",
        "Decimal(99999999999, 1)|expected a whole number at character 9",
        "Int8 Int8|expected the end at character 6",
        "JSON(a|expected a closing parenthesis",
        "Tuple(a b c)|expected , at character 11"
      })
  void anErrorSaysWhatAndWhere(String text, String message) {
    assertThatThrownBy(() -> TypeParser.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining(message);
  }

  @Test
  void noTextIsTooDeep() {
    assertThatThrownBy(() -> TypeParser.parse("Array(".repeat(100_000)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("64 deep")
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1000));
  }
}
