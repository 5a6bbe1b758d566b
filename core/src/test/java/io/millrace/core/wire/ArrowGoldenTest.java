package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.stage.SampleRows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Records as they lie in topics: they have to give the same rows for ever. {@code pyarrow-*} were
 * written by pyarrow 26, with the rows it printed.
 */
class ArrowGoldenTest {
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  /** Adds what is missing, if asked to (see {@link GoldenFile}). */
  @BeforeAll
  static void write() {
    var codec = new ArrowCodec();
    try (var allocator = new RootAllocator();
        VectorSchemaRoot rows = SampleRows.of(allocator, 0, 200);
        VectorSchemaRoot one = SampleRows.of(allocator, 0, 1);
        VectorSchemaRoot none = SampleRows.of(allocator, 0, 0)) {
      GoldenFile.of("sample-200-rows.arrow").orWrite(codec.encode(rows));
      GoldenFile.of("sample-1-row.arrow").orWrite(codec.encode(one));
      GoldenFile.of("sample-0-rows.arrow").orWrite(codec.encode(none));
      GoldenFile.of("schema-only.arrow").orWrite(codec.encode(SampleRows.SCHEMA));
    }
  }

  @Test
  void thereAreGoldenRecords() {
    assertThat(GoldenFile.ending(".arrow"))
        .extracting(GoldenFile::toString)
        .contains(
            "pyarrow-plain.arrow",
            "pyarrow-zstd.arrow",
            "sample-0-rows.arrow",
            "sample-1-row.arrow",
            "sample-200-rows.arrow",
            "schema-only.arrow");
  }

  static Stream<GoldenFile> records() {
    return GoldenFile.ending(".arrow").stream();
  }

  @ParameterizedTest
  @MethodSource("records")
  void anOldRecordGivesTheSameSchemaAndRowsForEver(GoldenFile record) {
    try (VectorSchemaRoot batch = ArrowCodec.decode(ByteBuffer.wrap(record.bytes()), allocator)) {
      var lines = new ArrayList<>(columns(batch.getSchema()));
      lines.add("");
      lines.addAll(SampleRows.texts(batch));

      assertThat(lines)
          .containsExactlyElementsOf(record.beside(".rows.txt").orWrite(lines).lines());
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void writtenAgainItGivesTheSameRows(GoldenFile record) {
    try (VectorSchemaRoot batch = ArrowCodec.decode(ByteBuffer.wrap(record.bytes()), allocator);
        VectorSchemaRoot again =
            ArrowCodec.decode(ByteBuffer.wrap(new ArrowCodec().encode(batch)), allocator)) {
      assertThat(again.getSchema()).isEqualTo(batch.getSchema());
      assertThat(SampleRows.texts(again)).isEqualTo(SampleRows.texts(batch));
    }
  }

  private static List<String> columns(Schema schema) {
    return schema.getFields().stream().map(ArrowGoldenTest::column).toList();
  }

  private static String column(Field field) {
    return field + " " + new TreeMap<>(field.getMetadata());
  }
}
