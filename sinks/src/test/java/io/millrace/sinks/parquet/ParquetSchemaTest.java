package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ParquetSchemaTest {
  static Stream<Arguments> types() {
    return Stream.of(
        of(new ArrowType.Bool(), "boolean v = 1"),
        of(new ArrowType.Int(8, true), "int32 v (INTEGER(8,true)) = 1"),
        of(new ArrowType.Int(16, false), "int32 v (INTEGER(16,false)) = 1"),
        of(new ArrowType.Int(32, true), "int32 v = 1"),
        of(new ArrowType.Int(32, false), "int32 v (INTEGER(32,false)) = 1"),
        of(new ArrowType.Int(64, true), "int64 v = 1"),
        of(new ArrowType.Int(64, false), "int64 v (INTEGER(64,false)) = 1"),
        of(
            new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
            "float v columnorder(TYPE_DEFINED_ORDER) = 1"),
        of(
            new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
            "double v columnorder(TYPE_DEFINED_ORDER) = 1"),
        of(new ArrowType.Decimal(9, 2, 128), "int32 v (DECIMAL(9,2)) = 1"),
        of(new ArrowType.Decimal(18, 0, 256), "int64 v (DECIMAL(18,0)) = 1"),
        of(new ArrowType.Decimal(19, 19, 128), "fixed_len_byte_array(9) v (DECIMAL(19,19)) = 1"),
        of(new ArrowType.Decimal(38, 0, 128), "fixed_len_byte_array(16) v (DECIMAL(38,0)) = 1"),
        of(new ArrowType.Decimal(76, 5, 256), "fixed_len_byte_array(32) v (DECIMAL(76,5)) = 1"),
        of(new ArrowType.Utf8(), "binary v (STRING) = 1"),
        of(new ArrowType.LargeUtf8(), "binary v (STRING) = 1"),
        of(new ArrowType.Binary(), "binary v = 1"),
        of(new ArrowType.LargeBinary(), "binary v = 1"),
        of(new ArrowType.FixedSizeBinary(16), "fixed_len_byte_array(16) v = 1"),
        of(new ArrowType.Date(DateUnit.DAY), "int32 v (DATE) = 1"),
        of(new ArrowType.Date(DateUnit.MILLISECOND), "int32 v (DATE) = 1"),
        of(new ArrowType.Duration(TimeUnit.SECOND), "int64 v = 1"),
        of(new ArrowType.Utf8View(), "binary v (STRING) = 1"),
        of(new ArrowType.BinaryView(), "binary v = 1"),
        of(
            new ArrowType.FloatingPoint(FloatingPointPrecision.HALF),
            "fixed_len_byte_array(2) v (FLOAT16) columnorder(TYPE_DEFINED_ORDER) = 1"),
        of(new ArrowType.Time(TimeUnit.SECOND, 32), "int32 v (TIME(MILLIS,false)) = 1"),
        of(new ArrowType.Time(TimeUnit.MILLISECOND, 32), "int32 v (TIME(MILLIS,false)) = 1"),
        of(new ArrowType.Time(TimeUnit.MICROSECOND, 64), "int64 v (TIME(MICROS,false)) = 1"),
        of(new ArrowType.Time(TimeUnit.NANOSECOND, 64), "int64 v (TIME(NANOS,false)) = 1"),
        of(timestamp(TimeUnit.SECOND, null), "int64 v (TIMESTAMP(MILLIS,false)) = 1"),
        of(timestamp(TimeUnit.MILLISECOND, "UTC"), "int64 v (TIMESTAMP(MILLIS,true)) = 1"),
        of(timestamp(TimeUnit.MICROSECOND, "Asia/Tokyo"), "int64 v (TIMESTAMP(MICROS,true)) = 1"),
        of(timestamp(TimeUnit.NANOSECOND, null), "int64 v (TIMESTAMP(NANOS,false)) = 1"));
  }

  @ParameterizedTest
  @MethodSource("types")
  void eachTypeHasItsParquetForm(ArrowType type, String column) {
    assertThat(parquet(field("v", type))).isEqualTo("required " + column);
  }

  @Test
  void extensionsAreKnownByTheirNameAlone() {
    assertThat(parquet(extension("arrow.uuid", new ArrowType.FixedSizeBinary(16))))
        .isEqualTo("optional fixed_len_byte_array(16) v (UUID) = 1");
    assertThat(parquet(extension("arrow.json", new ArrowType.Utf8())))
        .isEqualTo("optional binary v (JSON) = 1");
    assertThat(parquet(extension("acme.colour", new ArrowType.Int(32, true))))
        .isEqualTo("optional int32 v = 1");
  }

  @Test
  void fieldsAreNumberedByPosition() {
    Schema schema =
        new Schema(
            List.of(field("b", new ArrowType.Bool()), Field.nullable("a", new ArrowType.Binary())));
    assertThat(ParquetSchema.of(schema).getFields())
        .extracting(Object::toString)
        .containsExactly("required boolean b = 1", "optional binary a = 2");
  }

  static Stream<Arguments> unsupported() {
    ArrowType number = new ArrowType.Int(32, true);
    return Stream.of(
        Arguments.of(
            new Field(
                "v",
                new FieldType(true, number, new DictionaryEncoding(1, false, null)),
                List.of()),
            "dictionary-encoded"),
        Arguments.of(nested("v", new ArrowType.Struct()), "struct without fields"),
        Arguments.of(
            nested("v", new ArrowType.Struct(), field("a", number), field("a", number)),
            "two of its fields are named \"a\""),
        Arguments.of(nested("v", new ArrowType.List()), "0 fields below it where 1 are expected"),
        Arguments.of(
            nested("v", new ArrowType.Union(UnionMode.Sparse, new int[] {0}), field("a", number)),
            "Arrow type Union"),
        Arguments.of(
            nested("v", new ArrowType.ListView(), field("a", number)), "Arrow type ListView"),
        Arguments.of(
            nested("v", new ArrowType.RunEndEncoded(), field("r", number), field("v", number)),
            "Arrow type RunEndEncoded"),
        Arguments.of(field("v", new ArrowType.Decimal(9, 2, 32)), "Decimal(9, 2, 32)"),
        Arguments.of(field("v", new ArrowType.FixedSizeBinary(0)), "Arrow type FixedSizeBinary(0)"),
        Arguments.of(field("v", new ArrowType.Decimal(4, -1, 128)), "decimal(4, -1)"),
        Arguments.of(field("v", new ArrowType.Decimal(2, 3, 128)), "decimal(2, 3)"));
  }

  @ParameterizedTest
  @MethodSource("unsupported")
  void aTypeWithoutParquetFormIsNamedWithItsField(Field field, String type) {
    assertThatThrownBy(() -> ParquetSchema.of(new Schema(List.of(field))))
        .isInstanceOf(MillraceException.class)
        .hasMessageStartingWith("Cannot write column \"v\"")
        .hasMessageContaining(type);
  }

  @Test
  void aColumnOfNothingIsOptional() {
    assertThat(parquet(field("v", new ArrowType.Null())))
        .isEqualTo("optional int32 v (UNKNOWN) = 1");
  }

  @Test
  void nestedFieldsAreNumberedDepthFirst() {
    ArrowType number = new ArrowType.Int(32, true);
    Field entries =
        new Field(
            "entries",
            new FieldType(false, new ArrowType.Struct(), null),
            List.of(Field.nullable("k", new ArrowType.Utf8()), Field.nullable("v", number)));
    Schema schema =
        new Schema(
            List.of(
                nested("l", new ArrowType.List(), field("item", number)),
                nested(
                    "s",
                    new ArrowType.Struct(),
                    field("i", new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO)),
                    nested("m", new ArrowType.Map(false), entries)),
                field("n", number)));

    assertThat(ParquetSchema.of(schema).toString().lines().map(String::strip))
        .containsExactly(
            "message schema {",
            "optional group l (LIST) = 1 {",
            "repeated group list {",
            "required int32 element = 2;",
            "}",
            "}",
            "optional group s = 3 {",
            "required group i = 4 {",
            "required int32 months = 5;",
            "required int32 days = 6;",
            "required int64 nanoseconds = 7;",
            "}",
            "optional group m (MAP) = 8 {",
            "repeated group key_value {",
            "required binary key (STRING) = 9;",
            "optional int32 value = 10;",
            "}",
            "}",
            "}",
            "required int32 n = 11;",
            "}");
  }

  @Test
  void noTwoColumnsHaveOneName() {
    Field twice = field("total", new ArrowType.Bool());
    assertThatThrownBy(() -> ParquetSchema.of(new Schema(List.of(twice, twice))))
        .isInstanceOf(MillraceException.class)
        .hasMessage("Cannot write two columns named \"total\": rename one of them");
  }

  @Test
  void aFileNeedsAColumn() {
    assertThatThrownBy(() -> ParquetSchema.of(new Schema(List.of())))
        .isInstanceOf(MillraceException.class)
        .hasMessage("Cannot write a Parquet file without columns");
  }

  private static Arguments of(ArrowType type, String column) {
    return Arguments.of(type, column);
  }

  private static ArrowType timestamp(TimeUnit unit, String zone) {
    return new ArrowType.Timestamp(unit, zone);
  }

  private static Field field(String name, ArrowType type) {
    return new Field(name, new FieldType(false, type, null), List.of());
  }

  private static Field nested(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  private static Field extension(String name, ArrowType storage) {
    return new Field(
        "v", new FieldType(true, storage, null, Map.of("ARROW:extension:name", name)), List.of());
  }

  private static String parquet(Field field) {
    return ParquetSchema.of(new Schema(List.of(field))).getFields().get(0).toString();
  }
}
