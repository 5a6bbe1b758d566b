package io.millrace.sinks.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;

/**
 * A table of random rows with a column of each way of encoding, half of them nullable. Nulls come
 * in stretches, since pages without nulls and pages of nothing else are ways of their own.
 */
final class RandomTable {
  private static final int TEXTS = 40;

  private final List<Kind> kinds = new ArrayList<>();
  private final List<Object[]> rows = new ArrayList<>();

  /** How a column's values are made, and how parquet-java gives them back. */
  private record Kind(
      Field field, Function<Random, Object> value, Function<ColumnReader, Object> read) {}

  RandomTable(long seed, int rowCount) {
    Random random = new Random(seed);
    for (boolean nullable : new boolean[] {true, false}) {
      add(nullable, new ArrowType.Bool(), Random::nextBoolean, ColumnReader::getBoolean);
      add(
          nullable,
          new ArrowType.Int(16, true),
          r -> (int) (short) r.nextInt(),
          ColumnReader::getInteger);
      add(nullable, new ArrowType.Int(32, true), Random::nextInt, ColumnReader::getInteger);
      add(nullable, new ArrowType.Int(64, true), Random::nextLong, ColumnReader::getLong);
      add(
          nullable,
          new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
          Random::nextGaussian,
          ColumnReader::getDouble);
      addDecimal(nullable, 7);
      addDecimal(nullable, 30);
      addDecimal(nullable, 76);
      add(nullable, new ArrowType.Utf8(), r -> "text " + r.nextInt(TEXTS), RandomTable::text);
      add(nullable, new ArrowType.LargeUtf8(), RandomTable::randomText, RandomTable::text);
      add(nullable, new ArrowType.Binary(), RandomTable::randomText, RandomTable::text);
      add(nullable, new ArrowType.FixedSizeBinary(5), r -> randomText(r, 5), RandomTable::text);
    }
    boolean[] stretchOfNulls = new boolean[kinds.size()];
    for (int row = 0; row < rowCount; row++) {
      Object[] cells = new Object[kinds.size()];
      for (int c = 0; c < cells.length; c++) {
        if (random.nextInt(200) == 0) {
          stretchOfNulls[c] = !stretchOfNulls[c];
        }
        boolean sprinkled = row % 1000 > 700 && random.nextInt(3) == 0;
        boolean isNull = kinds.get(c).field().isNullable() && (stretchOfNulls[c] || sprinkled);
        cells[c] = isNull ? null : kinds.get(c).value().apply(random);
      }
      rows.add(cells);
    }
  }

  private void addDecimal(boolean nullable, int precision) {
    int bits = precision > 38 ? 256 : 128;
    add(
        nullable,
        new ArrowType.Decimal(precision, 2, bits),
        r -> {
          // of any number of digits, of both signs
          BigInteger magnitude =
              new BigInteger(1 + r.nextInt(250), r).mod(BigInteger.TEN.pow(precision));
          return new BigDecimal(r.nextBoolean() ? magnitude : magnitude.negate(), 2);
        },
        reader ->
            new BigDecimal(
                precision > DecimalConversion.INT_DIGITS
                    ? new BigInteger(reader.getBinary().getBytes())
                    : BigInteger.valueOf(reader.getInteger()),
                2));
  }

  private void add(
      boolean nullable,
      ArrowType type,
      Function<Random, Object> value,
      Function<ColumnReader, Object> read) {
    Field field = new Field("c" + kinds.size(), new FieldType(nullable, type, null), List.of());
    kinds.add(new Kind(field, value, read));
  }

  Schema schema() {
    return new Schema(kinds.stream().map(Kind::field).toList());
  }

  int rowCount() {
    return rows.size();
  }

  /** What a column holds. */
  List<Object> column(int column) {
    List<Object> values = new ArrayList<>();
    rows.forEach(cells -> values.add(cells[column]));
    return values;
  }

  /** The next value of a column, as {@link #column} has it. */
  Object read(int column, ColumnReader reader) {
    boolean defined =
        reader.getCurrentDefinitionLevel() == reader.getDescriptor().getMaxDefinitionLevel();
    Object value = defined ? kinds.get(column).read().apply(reader) : null;
    reader.consume();
    return value;
  }

  /** The rows [from, to) as vectors; the caller closes them. */
  VectorSchemaRoot batch(BufferAllocator allocator, int from, int to) {
    VectorSchemaRoot batch = VectorSchemaRoot.create(schema(), allocator);
    batch.allocateNew();
    for (int row = from; row < to; row++) {
      for (int c = 0; c < kinds.size(); c++) {
        Cells.set(batch.getVector(c), row - from, rows.get(row)[c]);
      }
    }
    batch.setRowCount(to - from);
    return batch;
  }

  private static String randomText(Random random) {
    return randomText(random, random.nextInt(20) == 0 ? 500 : random.nextInt(12));
  }

  private static String randomText(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    return text.toString();
  }

  private static String text(ColumnReader reader) {
    Binary binary = reader.getBinary();
    return new String(binary.getBytes(), StandardCharsets.US_ASCII);
  }
}
