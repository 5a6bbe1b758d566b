package io.millrace.connect.clickhouse.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.BatchAssembler;
import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.core.MillraceException;
import io.millrace.core.wire.ArrowCodec;
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

/** Blocks of an answer become records of the wire, below their limit and with every row. */
class BlockRecordsTest {
  private static final int LIMIT = 900 << 10;

  private final List<byte[]> records = new ArrayList<>();
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  private static BatchAssembler assembler(int limit) {
    return new BatchAssembler(limit, (batch, row) -> "db.t (row " + row + ")");
  }

  private void send(NativeBlockReader reader, BatchAssembler assembler, int limit)
      throws InterruptedException {
    while (reader.next()) {
      assembler.encodeBlock(
          reader.rows(),
          reader.dictionaries(),
          reader.vectorBytes(),
          (value, rows) -> {
            assertThat(value.length).isLessThanOrEqualTo(limit);
            records.add(value);
          });
    }
  }

  @Test
  void everyRowArrivesInOrderInRecordsThatAreFull() throws Exception {
    int blocks = 6;
    try (var reader =
        new NativeBlockReader(
            EightColumns.types(),
            new EightColumns(blocks),
            allocator,
            NativeBlockReader.LARGEST_BLOCK)) {
      send(reader, assembler(LIMIT), LIMIT);
    }
    try (var expected =
        new NativeBlockReader(
            EightColumns.types(),
            new EightColumns(blocks),
            allocator,
            NativeBlockReader.LARGEST_BLOCK)) {
      int position = EightColumns.BLOCK_ROWS;
      for (byte[] record : records) {
        try (VectorSchemaRoot rows = ArrowCodec.decode(ByteBuffer.wrap(record), allocator)) {
          assertThat(rows.getSchema()).isEqualTo(ColumnType.schema(EightColumns.types()));
          for (int row = 0; row < rows.getRowCount(); row++, position++) {
            if (position == EightColumns.BLOCK_ROWS) {
              assertThat(expected.next()).isTrue();
              position = 0;
            }
            assertRow(rows, row, expected, position);
          }
        }
      }
      assertThat(position).isEqualTo(EightColumns.BLOCK_ROWS);
      assertThat(expected.next()).isFalse();
    }
    assertThat(records).hasSizeBetween(2 * blocks, 5 * blocks);
  }

  private static void assertRow(
      VectorSchemaRoot rows, int row, NativeBlockReader expected, int position) {
    for (int column = 0; column < rows.getFieldVectors().size(); column++) {
      FieldVector vector = expected.rows().getVector(column);
      Object value = vector.getObject(position);
      if (vector.getField().getDictionary() != null) {
        int index = ((Number) value).intValue() & 0xff;
        value = expected.dictionaries().lookup(column).getVector().getObject(index);
      }
      if (!value.equals(rows.getVector(column).getObject(row))) {
        assertThat(rows.getVector(column).getObject(row)).isEqualTo(value);
      }
    }
  }

  @Test
  void aBlockThatMissesItsLimitIsSliced() throws Exception {
    byte[] noise = new byte[2000];
    BlockBytes block = BlockBytes.column("FixedString(2000)", 300);
    for (int i = 0; i < 300; i++) {
      new Random(i).nextBytes(noise);
      block.raw(i < 150 ? new byte[2000] : noise);
    }
    int limit = 64 << 10;
    try (var reader = fixed(2000, block)) {
      send(reader, assembler(limit), limit);
    }
    int rows = 0;
    for (byte[] record : records) {
      try (VectorSchemaRoot batch = ArrowCodec.decode(ByteBuffer.wrap(record), allocator)) {
        for (int i = 0; i < batch.getRowCount(); i++, rows++) {
          new Random(rows).nextBytes(noise);
          assertThat(batch.getVector(0).getObject(i))
              .isEqualTo(rows < 150 ? new byte[2000] : noise);
        }
      }
    }
    assertThat(rows).isEqualTo(300);
  }

  private NativeBlockReader fixed(int length, BlockBytes block) {
    return new NativeBlockReader(
        List.of(ColumnType.of("v", "FixedString(%d)".formatted(length))),
        Answers.whole(block.bytes()),
        allocator,
        NativeBlockReader.LARGEST_BLOCK);
  }

  @Test
  void aRowTooLargeIsNamed() {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    BlockBytes block = BlockBytes.column("FixedString(100000)", 3).raw(new byte[200_000]);
    try (var reader = fixed(100_000, block.raw(noise))) {
      assertThatThrownBy(() -> send(reader, assembler(64 << 10), 64 << 10))
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("db.t (row 2)");
    }
  }
}
