package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type in every kind of nested field, value by value, as DuckDB reads it. */
class NestedTypesTest {
  /** A page for nearly every value, a row group for every three rows. */
  private static final ParquetOptions SMALL =
      new ParquetOptions(Compression.SNAPPY, 0, 1 << 20, 3, 8, ParquetOptions.Dictionaries.TEXT);

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

  /** A way to wrap a field and a value, and the DuckDB expression that unwraps it. */
  enum Nesting {
    LIST("v[1]"),
    LARGE_LIST("v[1]"),
    FIXED_SIZE_LIST("v[2]"),
    STRUCT("v.a"),
    MAP("v['k']"),
    LIST_OF_STRUCTS_OF_LISTS("v[3].a[2]");

    final String expression;

    Nesting(String expression) {
      this.expression = expression;
    }

    Field field(Field leaf) {
      boolean nullable = leaf.isNullable();
      return switch (this) {
        case LIST -> nested("v", nullable, new ArrowType.List(), leaf);
        case LARGE_LIST -> nested("v", nullable, new ArrowType.LargeList(), leaf);
        case FIXED_SIZE_LIST -> nested("v", nullable, new ArrowType.FixedSizeList(2), leaf);
        case STRUCT -> nested("v", nullable, new ArrowType.Struct(), leaf);
        case MAP ->
            nested(
                "v",
                nullable,
                new ArrowType.Map(false),
                nested(
                    "entries",
                    false,
                    new ArrowType.Struct(),
                    nested("key", false, new ArrowType.Utf8()),
                    leaf));
        case LIST_OF_STRUCTS_OF_LISTS ->
            nested(
                "v",
                nullable,
                new ArrowType.List(),
                nested(
                    "item",
                    nullable,
                    new ArrowType.Struct(),
                    nested("a", nullable, new ArrowType.List(), leaf)));
      };
    }

    Object value(Object leaf) {
      return switch (this) {
        case LIST, LARGE_LIST -> List.of(leaf);
        case FIXED_SIZE_LIST -> List.of(leaf, leaf);
        case STRUCT -> new Object[] {leaf};
        case MAP -> Map.of("k", leaf);
        case LIST_OF_STRUCTS_OF_LISTS ->
            List.of(
                new Object[] {List.of(leaf, leaf, leaf)},
                new Object[] {List.of()},
                new Object[] {List.of(leaf, leaf)});
      };
    }

    /** What the expression makes NULL of: a null at each depth, and empty lists. */
    List<Object> nulls(Object leaf) {
      List<Object> nulls = new ArrayList<>(Arrays.asList(null, new Cells.Hidden(value(leaf))));
      List<Object> nullTwice = Arrays.asList(null, null);
      switch (this) {
        case LIST, LARGE_LIST -> nulls.addAll(List.of(List.of(), nullTwice));
        case FIXED_SIZE_LIST -> nulls.add(nullTwice);
        case STRUCT -> nulls.add(new Object[1]);
        case MAP -> nulls.addAll(List.of(Map.of(), Map.of("other", leaf)));
        case LIST_OF_STRUCTS_OF_LISTS -> {
          Object[] empty = {List.of()};
          nulls.add(List.of());
          nulls.add(nullTwice);
          nulls.add(Arrays.asList(null, empty, new Object[1]));
          nulls.add(Arrays.asList(empty, null, new Cells.Hidden(new Object[] {List.of(leaf)})));
          nulls.add(Arrays.asList(empty, null, new Object[] {nullTwice}));
        }
      }
      return nulls;
    }
  }

  static Stream<Arguments> nestedTypes() {
    return TypeCases.all()
        .flatMap(type -> Stream.of(Nesting.values()).map(nesting -> Arguments.of(nesting, type)));
  }

  @ParameterizedTest
  @MethodSource("nestedTypes")
  void requiredFieldsKeepTheirValues(Nesting nesting, TypeCase type) throws Exception {
    Path file = write(nesting.field(leaf(type, false)), map(type.values(), nesting::value));

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT DISTINCT typeof(" + nesting.expression + ") FROM %s", file))
          .containsExactly(type.duckType());
      assertThat(duck.column("SELECT " + nesting.expression + "::VARCHAR FROM %s", file))
          .isEqualTo(type.texts());
    }
  }

  @ParameterizedTest
  @MethodSource("nestedTypes")
  void nullsAtEveryDepthStayInPlace(Nesting nesting, TypeCase type) throws Exception {
    Rows rows = amongNulls(nesting, type);
    Path file = write(nesting.field(leaf(type, true)), rows.values());

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT " + nesting.expression + "::VARCHAR FROM %s", file))
          .isEqualTo(rows.texts());
    }
  }

  @ParameterizedTest
  @MethodSource("nestedTypes")
  void pagesRowGroupsAndSlicesKeepThem(Nesting nesting, TypeCase type) throws Exception {
    Rows rows = amongNulls(nesting, type);
    Schema schema = new Schema(List.of(nesting.field(leaf(type, true))));
    Path file = folder.resolve("small.parquet");
    try (var writer = Batches.writer(file, schema, SMALL);
        VectorSchemaRoot all = VectorSchemaRoot.create(schema, allocator)) {
      all.allocateNew();
      for (int row = 0; row < rows.values().size(); row++) {
        Cells.set(all.getVector(0), row, rows.values().get(row));
      }
      all.setRowCount(rows.values().size());
      for (int from = 0; from < all.getRowCount(); from += 3) {
        int count = Math.min(3, all.getRowCount() - from);
        try (VectorSchemaRoot slice = all.slice(from, count)) {
          writer.append(new VectorSchemaRoot(schema, slice.getFieldVectors(), count));
        }
      }
      assertThat(writer.finish().rowGroups()).isGreaterThan(1);
    }

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT " + nesting.expression + "::VARCHAR FROM %s", file))
          .isEqualTo(rows.texts());
    }
  }

  /** Values to write, and what the nesting's expression makes of them. */
  private record Rows(List<Object> values, List<String> texts) {}

  private static Rows amongNulls(Nesting nesting, TypeCase type) {
    Rows rows = new Rows(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < type.values().size(); i++) {
      Object value = type.values().get(i);
      for (Object aNull : nesting.nulls(value)) {
        rows.values().add(aNull);
        rows.texts().add(null);
      }
      rows.values().add(nesting.value(value));
      rows.texts().add(type.texts().get(i));
    }
    return rows;
  }

  private static Field leaf(TypeCase type, boolean nullable) {
    Field field = type.field(nullable);
    return new Field("a", field.getFieldType(), List.of());
  }

  private Path write(Field field, List<Object> values) throws Exception {
    Path file = folder.resolve("v.parquet");
    Schema schema = new Schema(List.of(field));
    try (var writer = Batches.writer(file, schema, ParquetOptions.DEFAULT)) {
      Batches.append(writer, allocator, schema, values.size(), i -> new Object[] {values.get(i)});
      assertThat(writer.finish().rows()).isEqualTo(values.size());
    }
    return file;
  }

  private static List<Object> map(List<Object> values, UnaryOperator<Object> wrap) {
    return values.stream().map(wrap).toList();
  }

  private static Field nested(String name, boolean nullable, ArrowType type, Field... children) {
    return new Field(name, new FieldType(nullable, type, null), List.of(children));
  }
}
