package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.stage.SampleRows;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformContract;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest extends TransformContract {
  @Override
  protected Transform open(Schema input) {
    return filter("id > 3 and (flag = true or amount < 0 or name is null) and id != 50", input);
  }

  private static Transform filter(String where, Schema input) {
    return Opened.withOptions("filter", Map.of("where", where), input);
  }

  @Test
  void theRowsThatStayAreTheRowsThatCame() {
    try (var allocator = new RootAllocator();
        VectorSchemaRoot before = SampleRows.of(allocator, 0, 1_000);
        VectorSchemaRoot out =
            filter("id < 3 or id in (64, 65, 66, 128) or id >= 990", SampleRows.SCHEMA)
                .apply(before.slice(0, 1_000), UNIT)) {
      List<String> rows = SampleRows.texts(before);
      List<String> kept = new ArrayList<>(rows.subList(0, 3));
      kept.addAll(rows.subList(64, 67));
      kept.add(rows.get(128));
      kept.addAll(rows.subList(990, 1_000));
      assertThat(SampleRows.texts(out)).isEqualTo(kept);
    }
  }

  @Test
  void aBatchThatStaysWholeIsHandedOnAsItIs() {
    try (var allocator = new RootAllocator()) {
      VectorSchemaRoot batch = SampleRows.of(allocator, 0, 100);
      try (VectorSchemaRoot out = filter("id >= 0", SampleRows.SCHEMA).apply(batch, UNIT)) {
        assertThat(out).isSameAs(batch);
      }
    }
  }

  @Test
  void columnsOfNothingButNullComeAlong() {
    Schema schema =
        new Schema(
            List.of(Vectors.column("v", "int32"), Field.nullable("none", ArrowType.Null.INSTANCE)));
    try (var allocator = new RootAllocator();
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
      var ids = (IntVector) batch.getVector(0);
      for (int row = 0; row < 10; row++) {
        ids.setSafe(row, row);
      }
      batch.setRowCount(10);
      try (VectorSchemaRoot out = filter("v in (2, 7)", schema).apply(batch.slice(0, 10), UNIT)) {
        assertThat(out.getRowCount()).isEqualTo(2);
        assertThat(out.getVector(1).getNullCount()).isEqualTo(2);
      }
    }
  }

  @Test
  void nestedValuesComeAlong() {
    Field item = Vectors.column("item", "int32");
    Field list = new Field("tags", FieldType.nullable(ArrowType.List.INSTANCE), List.of(item));
    Schema schema = new Schema(List.of(Vectors.column("v", "int32"), list));
    try (var allocator = new RootAllocator();
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
      var ids = (IntVector) batch.getVector(0);
      var tags = (ListVector) batch.getVector(1);
      var writer = tags.getWriter();
      for (int row = 0; row < 10; row++) {
        ids.setSafe(row, row);
        writer.setPosition(row);
        if (row % 4 != 3) {
          writer.startList();
          for (int i = 0; i < row; i++) {
            writer.writeInt(row * 10 + i);
          }
          writer.endList();
        }
      }
      batch.setRowCount(10);
      try (VectorSchemaRoot out =
          filter("v in (0, 2, 3) or v = 4", schema).apply(batch.slice(0, 10), UNIT)) {
        var kept = (ListVector) out.getVector(1);
        assertThat(kept.getObject(0)).isEmpty();
        assertThat(kept.getObject(1)).hasToString("[20,21]");
        assertThat(kept.isNull(2)).isTrue();
        assertThat(kept.getObject(3)).hasToString("[40,41,42,43]");
      }
      assertThat(rows(filter("tags is null", schema), batch.slice(0, 10))).isEqualTo(2);
    }
  }

  private static int rows(Transform filter, VectorSchemaRoot batch) {
    try (VectorSchemaRoot out = filter.apply(batch, UNIT)) {
      return out.getRowCount();
    }
  }

  /** Rows are pairs of true, false and unknown: SQL's tables, row by row. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a = true and b = true       | tt
          a = true or b = true        | tt tf tu ft ut
          not (a = true and b = true) | tf ft ff fu uf
          not (a = true or b = true)  | ff
          not a = true                | ft ff fu
          not not a = true            | tt tf tu
          a != true                   | ft ff fu
          a is null                   | ut uf uu
          a is not null               | tt tf tu ft ff fu
          not a is null               | tt tf tu ft ff fu
          a in (true, false)          | tt tf tu ft ff fu
          a not in (true)             | ft ff fu
          a not in (true, false)      |
          a is null and b = false or a = false and b is not null | ft ff uf
          (a is null or a = true) and not (b = true or b is null) | tf uf
          """)
  void aRowStaysIfTheConditionIsTrueNotIfItIsUnknown(String where, String kept) {
    Schema schema = new Schema(List.of(Vectors.column("a", "bool"), Vectors.column("b", "bool")));
    var values = Arrays.asList("true", "false", null);
    var left = values.stream().flatMap(v -> Collections.nCopies(3, v).stream()).toList();
    var right = new ArrayList<String>();
    for (int i = 0; i < 3; i++) {
      right.addAll(values);
    }
    try (var allocator = new RootAllocator();
        VectorSchemaRoot out =
            filter(where, schema)
                .apply(Vectors.batch(allocator, schema, List.of(left, right)), UNIT)) {
      var found = new StringBuilder();
      for (int row = 0; row < out.getRowCount(); row++) {
        found.append(row == 0 ? "" : " ");
        found.append(letter(Vectors.texts(out.getVector("a")).get(row)));
        found.append(letter(Vectors.texts(out.getVector("b")).get(row)));
      }
      assertThat(found.toString()).isEqualTo(kept == null ? "" : kept);
    }
  }

  private static char letter(String value) {
    return value == null ? 'u' : value.charAt(0);
  }

  @ParameterizedTest(name = "{0}: {1} of {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          int8 | v <= -128 | -128 -127 0 127 | -128
          int64 | v < -9223372036854775807 | -9223372036854775808 -9223372036854775807 | -9223372036854775808
          uint64 | v > 9223372036854775807 | 0 9223372036854775807 9223372036854775808 18446744073709551615 | 9223372036854775808 18446744073709551615
          uint8 | v >= 200 | 199 200 255 | 200 255
          float64 | v = 0 | 0 -0 0.1 NaN | 0 -0
          float64 | v > 1e308 | 1e308 Infinity NaN -Infinity | Infinity NaN
          float64 | v = 'NaN' | 0 NaN Infinity | NaN
          float64 | v < 'NaN' | 0 NaN Infinity | 0 Infinity
          float32 | v = 0.1 | 0.1 0.2 | 0.1
          decimal(10,2) | v > 10 | 10.00 10.01 -10.01 | 10.01
          decimal(38,0) | v < -1 | -99999999999999999999999999999999999999 -1 0 99999999999999999999999999999999999999 | -99999999999999999999999999999999999999
          decimal(38,0) | v > 18446744073709551615 | 18446744073709551615 18446744073709551616 9223372036854775808 | 18446744073709551616
          decimal(76,2) | v >= 1.5 | 1.49 1.50 1000000000000000000000000000000000000000000000.00 -1000000000000000000000000000000000000000000000.00 | 1.50 1000000000000000000000000000000000000000000000.00
          date | v >= '2024-02-29' | 2024-02-28 2024-02-29 -0044-03-15 +10000-01-01 | 2024-02-29 +10000-01-01
          time(us) | v < '12:00' | 11:59:59.999999 12:00:00 | 11:59:59.999999
          timestamp(us, UTC) | v < '2024-01-01T01:00:00+01:00' | 2023-12-31T23:59:59.999999Z 2024-01-01T00:00:00Z | 2023-12-31T23:59:59.999999Z
          timestamp(ns) | v = '1969-12-31T23:59:59.999999999' | 1969-12-31T23:59:59.999999999 1970-01-01T00:00:00 | 1969-12-31T23:59:59.999999999
          string | v > 'Z' | Z Za a Zürich Ä 🚕 | Za a Zürich Ä 🚕
          string | v = 'it''s' | it's its | it's
          string | v < '￿' | 🚕 東京 | 東京
          binary | v in ('a', 'bc') | a b bc bcd | a bc
          """)
  void valuesAreComparedAsTheirTypeIsOrdered(
      String word, String where, String values, String kept) {
    Schema schema = new Schema(List.of(Vectors.column("v", word)));
    try (var allocator = new RootAllocator();
        VectorSchemaRoot out =
            filter(where, schema)
                .apply(
                    Vectors.batch(allocator, schema, List.of(List.of(values.split(" ")))), UNIT)) {
      assertThat(Vectors.texts(out.getVector("v"))).containsExactly(kept.split(" "));
    }
  }

  @Test
  void uuidsAreComparedByTheirText() {
    String uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    Schema schema =
        new Schema(
            List.of(Vectors.extension("v", "arrow.uuid", new ArrowType.FixedSizeBinary(16))));
    try (var allocator = new RootAllocator();
        VectorSchemaRoot out =
            filter("v = '" + uuid + "'", schema)
                .apply(
                    Vectors.batch(
                        allocator,
                        schema,
                        List.of(List.of("ffffffff-d9cb-469f-a165-70867728950e", uuid))),
                    UNIT)) {
      assertThat(Vectors.texts(out.getVector("v"))).containsExactly(uuid);
    }
  }

  @Test
  void namesAreWrittenAsTheyAreOrInQuotes() {
    Schema schema =
        new Schema(
            List.of(
                Vectors.column("and", "int32"),
                Vectors.column("odd \"name\"", "int32"),
                Vectors.column("größe_1", "int32")));
    try (var allocator = new RootAllocator()) {
      VectorSchemaRoot batch =
          Vectors.batch(allocator, schema, List.of(List.of("1"), List.of("2"), List.of("3")));
      String where = "\"and\"=1 AND \"odd \"\"name\"\"\" = +2\n  And größe_1<>-3";
      assertThat(rows(filter(where, schema), batch)).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `` | 1: expected a column, found the end
          amount | 7: expected =, !=, <, <=, >, >=, in or is, found the end
          amount > | 9: expected a number, a 'text', true or false, found the end
          amount > 10 and | 16: expected a column, found the end
          amount > 10 id = 1 | 13: expected "and", "or" or the end, found "id"
          (amount > 10 | 13: expected ")", found the end
          amount = null | 10: a comparison with null is never true; write "is null"
          amount is 5 | 11: expected "null", found "5"
          amount not 5 | 12: expected "in", found "5"
          id in () | 8: expected a number, a 'text', true or false, found ")"
          id in (1 2) | 10: expected ")", found "2"
          name = 'open | 8: the quote ' is not closed
          id = 1; drop | 7: ";" begins neither a name nor a constant
          5 < id | 1: expected a column, found "5"
          id = 1 and amuont > 10 | 12: Unknown column "amuont": did you mean "amount"?
          small = 40000 | 9: 40000 is no int16, but column "small" is
          small = 1.5 | 9: 1.5 is no int16, but column "small" is
          amount > 1.005 | 10: 1.005 is no decimal(10,2), but column "amount" is
          name = 5 | 8: 5 is no string, but column "name" is
          day > '2023-02-29' | 7: '2023-02-29' is no date, but column "day" is
          flag = 1 | 8: 1 is no bool, but column "flag" is
          """)
  void whatCannotBeReadIsToldByItsPlace(String where, String message) {
    Opened.assertOptionsRefused(
        "filter",
        Map.of("where", where),
        SampleRows.SCHEMA,
        "where",
        "Cannot read the condition at character " + message);
  }

  @Test
  void whatHasNoOrderIsOnlyNullOrNot() {
    Field list =
        new Field(
            "tags",
            FieldType.nullable(ArrowType.List.INSTANCE),
            List.of(Vectors.column("item", "int32")));
    Opened.assertOptionsRefused(
        "filter",
        Map.of("where", "tags = 'a'"),
        new Schema(List.of(list)),
        "where",
        "Cannot read the condition at character 8: column \"tags\" is List, which can only be"
            + " compared with \"is null\"");
  }
}
