package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nulls where there may be none, long lists, and what DuckDB cannot read. */
class NestedFieldTest {
  private static final ArrowType NUMBER = new ArrowType.Int(32, true);

  @TempDir Path folder;
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  @Test
  void aNullElementOfARequiredOneIsNamed() {
    Schema schema = schema(list("v", Field.notNullable("item", NUMBER)));

    assertThatThrownBy(() -> write(schema, List.of(1, 2), Arrays.asList(3, null)))
        .isInstanceOf(MillraceException.class)
        .hasMessageStartingWith("Cannot write column \"v.element\": row 1 of the batch is null");
  }

  @Test
  void aNullFieldOfARequiredOneIsNamed() {
    Schema schema = schema(struct("v", Field.notNullable("a", NUMBER)));

    assertThatThrownBy(() -> write(schema, null, new Object[] {1}, new Object[] {null}))
        .isInstanceOf(MillraceException.class)
        .hasMessageStartingWith("Cannot write column \"v.a\": row 2 of the batch is null");
  }

  @Test
  void aNullKeyIsNamed() {
    Field key = Field.notNullable("key", NUMBER);
    Schema schema = schema(map("v", key, Field.nullable("value", NUMBER)));

    assertThatThrownBy(() -> write(schema, Map.of(1, 2), Collections.singletonMap(null, 3)))
        .isInstanceOf(MillraceException.class)
        .hasMessageStartingWith("Cannot write column \"v.key\": row 1 of the batch is null");
  }

  @Test
  void aRequiredFieldMayBeNullBelowANull() throws Exception {
    Schema schema = schema(struct("v", Field.notNullable("a", NUMBER)));
    Object hidden = new Cells.Hidden(new Object[] {null});

    List<Group> rows = write(schema, hidden, new Object[] {5}).rows();

    assertThat(rows.get(0).getFieldRepetitionCount("v")).isZero();
    assertThat(rows.get(1).getGroup("v", 0).getInteger("a", 0)).isEqualTo(5);
  }

  @Test
  void keysMayBeOfAnyType() throws Exception {
    Schema schema = schema(map("v", Field.notNullable("key", NUMBER), list("l", number())));

    write(schema, Map.of(7, List.of(8, 9)), Map.of(), null);

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT v::VARCHAR FROM %s", folder.resolve("v.parquet")))
          .containsExactly("{7=[8, 9]}", "{}", null);
    }
  }

  @Test
  void aListLongerThanAPageIsOnePage() throws Exception {
    Schema schema = schema(list("v", number()));
    List<Integer> numbers = Collections.nCopies(500_000, 1);

    ParquetFile file = write(schema, List.of(), numbers, List.of(2), numbers);

    assertThat(file.offsetIndex(0, 0).getPage_locations())
        .extracting(page -> page.getFirst_row_index())
        .containsExactly(0L, 2L);
    assertThat(file.rows().get(3).getGroup("v", 0).getFieldRepetitionCount(0)).isEqualTo(500_000);
  }

  @Test
  void longListsDoNotOutgrowARowGroup() throws Exception {
    Schema schema = schema(list("v", number()));
    ParquetOptions options =
        new ParquetOptions(
                Compression.NONE, 0, 1 << 20, 1 << 20, 64 << 10, ParquetOptions.Dictionaries.NONE)
            .withEncodings(ParquetOptions.Encodings.PLAIN);
    List<Integer> numbers = Collections.nCopies(20_000, 1);
    Path path = folder.resolve("v.parquet");
    try (var writer = Batches.writer(path, schema, options)) {
      Batches.append(writer, allocator, schema, 100, i -> new Object[] {numbers});
      assertThat(writer.finish().rowGroups()).isEqualTo(8);
    }
  }

  @Test
  void decimalsOfMoreThan38DigitsAreKept() throws Exception {
    Schema schema = schema(list("v", Field.nullable("item", new ArrowType.Decimal(76, 3, 256))));
    BigDecimal most = new BigDecimal(BigInteger.TEN.pow(76).subtract(BigInteger.ONE), 3);
    List<BigDecimal> values = Arrays.asList(most, null, most.negate(), new BigDecimal("-0.001"));

    Group list = write(schema, values).rows().get(0).getGroup("v", 0);

    for (int i = 0; i < values.size(); i++) {
      Group element = list.getGroup(0, i);
      BigDecimal value =
          element.getFieldRepetitionCount(0) == 0
              ? null
              : new BigDecimal(new BigInteger(element.getBinary(0, 0).getBytes()), 3);
      assertThat(value).isEqualTo(values.get(i));
    }
  }

  private ParquetFile write(Schema schema, Object... values) throws IOException {
    Path file = folder.resolve("v.parquet");
    try (var writer = Batches.writer(file, schema, ParquetOptions.DEFAULT);
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
      batch.allocateNew();
      for (int row = 0; row < values.length; row++) {
        Cells.set(batch.getVector(0), row, values[row]);
      }
      batch.setRowCount(values.length);
      writer.append(batch);
      writer.finish();
    }
    return new ParquetFile(file, ParquetSchema.of(schema));
  }

  private static Schema schema(Field field) {
    return new Schema(List.of(field));
  }

  private static Field number() {
    return Field.nullable("item", NUMBER);
  }

  private static Field list(String name, Field element) {
    return new Field(name, FieldType.nullable(new ArrowType.List()), List.of(element));
  }

  private static Field struct(String name, Field... fields) {
    return new Field(name, FieldType.nullable(new ArrowType.Struct()), List.of(fields));
  }

  private static Field map(String name, Field key, Field value) {
    Field entries =
        new Field("entries", FieldType.notNullable(new ArrowType.Struct()), List.of(key, value));
    return new Field(name, FieldType.nullable(new ArrowType.Map(false)), List.of(entries));
  }
}
