package io.millrace.sinks.mirror.evolution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.stage.SourceTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WideningTest {
  private static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;

  private static Field field(ArrowType type, String source) {
    var of = new FieldType(true, type, null, Map.of(SourceTable.SOURCE_TYPE, source));
    return new Field("c", of, null);
  }

  private static Field number(int bits, boolean signed) {
    return Field.nullable("c", new ArrowType.Int(bits, signed));
  }

  private static Field decimal(int precision, int scale, int bits) {
    return Field.nullable("c", new ArrowType.Decimal(precision, scale, bits));
  }

  private static Field floating(FloatingPointPrecision precision) {
    return Field.nullable("c", new ArrowType.FloatingPoint(precision));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "character varying(10); character varying(20); true",
        "character varying(10); character varying; true",
        "character varying(10); text; true",
        "text; character varying; true",
        "character varying(20); character varying(10); false",
        "text; character varying(10); false",
        "character(10); character(20); false",
        "character(10); text; false",
        "text; character(10); false",
        "text; json; false",
        "json; jsonb; false",
        "jsonb; text; false",
        "inet; text; false",
        "timestamp(3) without time zone; timestamp without time zone; true",
        "timestamp(3) without time zone; timestamp(6) without time zone; true",
        "timestamp without time zone; timestamp(3) without time zone; false",
        "timestamp(3) without time zone; timestamp(3) with time zone; false",
        "timestamp(3) with time zone; timestamp(4) with time zone; true",
        "time(0) without time zone; time without time zone; true",
        "interval(3); interval; true",
        "bit varying(3); bit varying(5); false",
        "text; text; true"
      })
  void oneTypeOfArrowIsManyOfTheSource(String from, String to, boolean kept) {
    assertThat(Widening.between(field(TEXT, from), field(TEXT, to)))
        .isEqualTo(kept ? Optional.of(Widening.NONE) : Optional.empty());
  }

  @Test
  void wholeNumbersGrow() {
    assertThat(Widening.between(number(16, true), number(32, true))).contains(Widening.INT);
    assertThat(Widening.between(number(32, true), number(64, true))).contains(Widening.INT);
    assertThat(Widening.between(number(64, true), number(32, true))).isEmpty();
    assertThat(Widening.between(number(32, false), number(64, true))).isEmpty();
    assertThat(
            Widening.between(
                field(new ArrowType.Int(16, true), "smallint"),
                field(new ArrowType.Int(64, true), "bigint")))
        .contains(Widening.INT);
  }

  @Test
  void floatsGrow() {
    Field single = floating(FloatingPointPrecision.SINGLE);
    Field twice = floating(FloatingPointPrecision.DOUBLE);
    assertThat(Widening.between(single, twice)).contains(Widening.FLOAT);
    assertThat(Widening.between(twice, single)).isEmpty();
    assertThat(Widening.between(number(32, true), twice)).isEmpty();
  }

  @Test
  void decimalsGrowOnBothSidesOfThePoint() {
    assertThat(Widening.between(decimal(9, 2, 128), decimal(12, 2, 128))).contains(Widening.NONE);
    assertThat(Widening.between(decimal(9, 2, 128), decimal(12, 4, 128)))
        .contains(Widening.DECIMAL);
    assertThat(Widening.between(decimal(9, 2, 128), decimal(50, 2, 256)))
        .contains(Widening.DECIMAL);
    assertThat(Widening.between(decimal(9, 2, 128), decimal(9, 3, 128))).isEmpty();
    assertThat(Widening.between(decimal(9, 2, 128), decimal(12, 1, 128))).isEmpty();
    assertThat(Widening.between(decimal(12, 2, 128), decimal(9, 2, 128))).isEmpty();
    assertThat(Widening.between(decimal(9, 0, 128), field(TEXT, "numeric"))).isEmpty();
  }

  @Test
  void whatLiesWithinStaysAsItIs() {
    Field list = list(number(32, true));
    assertThat(Widening.between(list, list)).contains(Widening.NONE);
    assertThat(Widening.between(list, list(number(64, true)))).isEmpty();
    assertThat(
            Widening.between(list(field(TEXT, "character varying(3)")), list(field(TEXT, "text"))))
        .contains(Widening.NONE);
    assertThat(Widening.between(struct(number(32, true)), struct())).isEmpty();
    assertThat(
            Widening.between(
                struct(number(32, true)), struct(Field.nullable("d", new ArrowType.Int(32, true)))))
        .isEmpty();
  }

  private static Field list(Field element) {
    return new Field("c", FieldType.nullable(ArrowType.List.INSTANCE), List.of(element));
  }

  private static Field struct(Field... fields) {
    return new Field("c", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(fields));
  }
}
