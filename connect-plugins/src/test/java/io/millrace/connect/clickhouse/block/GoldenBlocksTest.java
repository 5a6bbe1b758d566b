package io.millrace.connect.clickhouse.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.core.MillraceException;
import io.millrace.core.wire.ArrowCodec;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each answer of ClickHouse that is kept as a file, value by value, through the wire format. */
class GoldenBlocksTest {
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  static List<GoldenCase> readable() {
    return GoldenCase.all().stream()
        .filter(c -> !c.isRefused() && !c.name().matches("string|string.split|types_binary.*"))
        .toList();
  }

  static List<GoldenCase> refused() {
    return GoldenCase.all().stream().filter(GoldenCase::isRefused).toList();
  }

  @Test
  void allFilesAreThere() {
    assertThat(GoldenCase.all()).hasSize(154);
    assertThat(refused()).hasSize(18);
    assertThat(readable()).hasSize(154 - 18 - 4);
  }

  @ParameterizedTest
  @MethodSource("readable")
  void everyValueIsTheSame(GoldenCase golden) {
    assertSame(golden, Answers.whole(golden.bytes()));
  }

  @ParameterizedTest
  @MethodSource("readable")
  void aByteAtATimeIsTheSame(GoldenCase golden) {
    assertSame(golden, Answers.dribbled(golden.bytes()));
  }

  @ParameterizedTest
  @MethodSource("readable")
  void piecesOfAnySizeAreTheSame(GoldenCase golden) {
    for (int seed = 0; seed < 10; seed++) {
      assertSame(golden, Answers.inPieces(golden.bytes(), new Random(seed), 40));
    }
  }

  private void assertSame(GoldenCase golden, InputStream answer) {
    var blocks = new ArrayList<Integer>();
    try (var reader = reader(golden, answer)) {
      int row = 0;
      while (reader.next()) {
        blocks.add(reader.rows().getRowCount());
        row = assertRows(golden, reader, row);
      }
      assertThat(row).isEqualTo(golden.rows().size());
      assertThat(reader.rowCount()).isEqualTo(row);
    }
    assertThat(blocks).isEqualTo(golden.blocks());
  }

  private NativeBlockReader reader(GoldenCase golden, InputStream answer) {
    return new NativeBlockReader(
        golden.types(), answer, allocator, NativeBlockReader.LARGEST_BLOCK);
  }

  private int assertRows(GoldenCase golden, NativeBlockReader reader, int firstRow) {
    byte[] record = new ArrowCodec().encode(reader.rows(), reader.dictionaries());
    try (VectorSchemaRoot rows = ArrowCodec.decode(ByteBuffer.wrap(record), allocator)) {
      assertThat(rows.getSchema()).isEqualTo(ColumnType.schema(golden.types()));
      for (int i = 0; i < rows.getRowCount(); i++) {
        for (FieldVector vector : rows.getFieldVectors()) {
          String place = "row %d, %s".formatted(firstRow + i, vector.getName());
          JsonValues.assertSame(
              place, vector, i, golden.rows().get(firstRow + i).get(vector.getName()));
        }
      }
      return firstRow + rows.getRowCount();
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void typesThatAreNotReadAreRefusedByName(GoldenCase golden) {
    GoldenCase.Column column = golden.columns().get(0);
    assertThatThrownBy(golden::types)
        .isInstanceOf(MillraceException.class)
        .hasMessageStartingWith("Cannot read column %s: the type %s", column.name(), column.type())
        .hasMessageContaining("select ");
  }

  @Test
  void typesInBinaryFormatAreRefused() {
    for (String name : List.of("types_binary", "types_binary.split")) {
      assertFails(GoldenCase.load(name), 0, "column v (Array(Nullable(Decimal(18, 4))))");
    }
  }

  @Test
  void aStringThatIsNoTextIsRefusedWithItsRow() {
    assertFails(
        GoldenCase.load("string"),
        0,
        "column v (String), row 5 of the block: the bytes 00ff80 are not UTF-8");
  }

  @Test
  void theStringsBeforeItAreTheSame() {
    assertFails(
        GoldenCase.load("string.split"),
        4,
        "block 5 of ClickHouse's answer, after 4 rows and 279 bytes, column v (String), row 1");
  }

  private void assertFails(GoldenCase golden, int rowsBefore, String message) {
    try (var reader = reader(golden, Answers.whole(golden.bytes()))) {
      for (int row = 0; row < rowsBefore; ) {
        assertThat(reader.next()).isTrue();
        row = assertRows(golden, reader, row);
      }
      assertThatThrownBy(reader::next)
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining(message);
    }
  }
}
