package io.millrace.connect.clickhouse.block;

import io.millrace.connect.clickhouse.column.ColumnType;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The answer that decoding is measured on: whole numbers, floats, an instant, a text of few values
 * and a free one, 52 bytes a row, in blocks of 65,536 rows; one block again and again, made in
 * memory.
 */
final class EightColumns extends InputStream {
  static final int BLOCK_ROWS = 1 << 16;

  private static final String[][] COLUMNS = {
    {"id", "UInt64"},
    {"vendor", "Int32"},
    {"zone", "UInt32"},
    {"distance", "Float64"},
    {"amount", "Float64"},
    {"at", "DateTime64(3, 'UTC')"},
    {"payment", "LowCardinality(String)"},
    {"reference", "String"}
  };

  private static final int KEYS = 20;

  private final byte[] block;
  private final long length;
  private long position;

  /** An answer of so many blocks. */
  EightColumns(int blocks) {
    this.block = block(new Random(1));
    this.length = (long) blocks * block.length;
  }

  static List<ColumnType> types() {
    return Arrays.stream(COLUMNS).map(c -> ColumnType.of(c[0], c[1])).toList();
  }

  private static byte[] block(Random random) {
    BlockBytes block = BlockBytes.block(COLUMNS.length, BLOCK_ROWS);
    for (String[] column : COLUMNS) {
      block.header(column[0], column[1]);
      switch (column[1]) {
        case "Int32", "UInt32" -> {
          for (int i = 0; i < BLOCK_ROWS; i++) {
            block.int32(random.nextInt(1000));
          }
        }
        case "String" -> {
          for (int i = 0; i < BLOCK_ROWS; i++) {
            block.text(Integer.toHexString(random.nextInt()) + "-" + i % 100);
          }
        }
        case "LowCardinality(String)" -> {
          block.int64(1, 0x600, KEYS);
          for (int i = 0; i < KEYS; i++) {
            block.text("method " + i);
          }
          block.int64(BLOCK_ROWS);
          for (int i = 0; i < BLOCK_ROWS; i++) {
            block.int8(random.nextInt(KEYS));
          }
        }
        default -> {
          for (int i = 0; i < BLOCK_ROWS; i++) {
            block.int64(Double.doubleToRawLongBits(random.nextDouble()));
          }
        }
      }
    }
    return block.bytes();
  }

  /** From the start again. */
  EightColumns rewind() {
    position = 0;
    return this;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int wanted) {
    if (position == length) {
      return -1;
    }
    int at = (int) (position % block.length);
    int piece = (int) Math.min(Math.min(wanted, block.length - at), length - position);
    System.arraycopy(block, at, target, offset, piece);
    position += piece;
    return piece;
  }
}
