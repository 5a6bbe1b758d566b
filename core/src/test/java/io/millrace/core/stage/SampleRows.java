package io.millrace.core.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows of every type that a batch may have at first, for tests. A row depends on its number alone;
 * every column but {@code id} has nulls.
 */
public final class SampleRows {
  /** One column for each type, with its source's type name. */
  public static final Schema SCHEMA =
      new Schema(
          List.of(
              column("id", false, new ArrowType.Int(64, true), "int8"),
              column("flag", true, ArrowType.Bool.INSTANCE, "bool"),
              column("small", true, new ArrowType.Int(16, true), "int2"),
              column("number", true, new ArrowType.Int(32, true), "int4"),
              column(
                  "ratio4",
                  true,
                  new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
                  "float4"),
              column(
                  "ratio8",
                  true,
                  new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
                  "float8"),
              column("amount", true, new ArrowType.Decimal(10, 2, 128), "numeric(10,2)"),
              column("wide", true, new ArrowType.Decimal(50, 3, 256), "numeric(50,3)"),
              column("name", true, ArrowType.Utf8.INSTANCE, "text"),
              column("blob", true, ArrowType.Binary.INSTANCE, "bytea"),
              column("day", true, new ArrowType.Date(DateUnit.DAY), "date"),
              column("time", true, new ArrowType.Time(TimeUnit.MICROSECOND, 64), "time"),
              column(
                  "local", true, new ArrowType.Timestamp(TimeUnit.MICROSECOND, null), "timestamp"),
              column(
                  "instant",
                  true,
                  new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"),
                  "timestamptz"),
              extension("key", new ArrowType.FixedSizeBinary(16), "arrow.uuid", "uuid"),
              extension("doc", ArrowType.Utf8.INSTANCE, "arrow.json", "jsonb")));

  private SampleRows() {}

  /** Rows {@code first} to {@code first + count - 1}; the caller closes them. */
  public static VectorSchemaRoot of(BufferAllocator allocator, int first, int count) {
    VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
    for (int c = 0; c < root.getFieldVectors().size(); c++) {
      FieldVector vector = root.getVector(c);
      vector.allocateNew();
      for (int i = 0; i < count; i++) {
        int row = first + i;
        if (vector.getField().isNullable() && (row + c) % 5 == 3) {
          vector.setNull(i);
        } else {
          set(vector, i, row, new SplittableRandom(row * 31L + c));
        }
      }
    }
    root.setRowCount(count);
    return root;
  }

  private static void set(FieldVector vector, int i, int row, SplittableRandom random) {
    if (vector instanceof BigIntVector v) {
      v.setSafe(i, row);
    } else if (vector instanceof BitVector v) {
      v.setSafe(i, random.nextInt(2));
    } else if (vector instanceof SmallIntVector v) {
      v.setSafe(i, (short) random.nextInt());
    } else if (vector instanceof IntVector v) {
      v.setSafe(i, random.nextInt());
    } else if (vector instanceof Float4Vector v) {
      v.setSafe(i, (float) random.nextDouble(-1e6, 1e6));
    } else if (vector instanceof Float8Vector v) {
      v.setSafe(i, row % 11 == 0 ? Double.NaN : random.nextDouble(-1e9, 1e9));
    } else if (vector instanceof DecimalVector v) {
      v.setSafe(i, BigDecimal.valueOf(random.nextLong(-9_999_999_999L, 9_999_999_999L), 2));
    } else if (vector instanceof Decimal256Vector v) {
      v.setSafe(i, new BigDecimal(BigInteger.valueOf(random.nextLong()).pow(2), 3));
    } else if (vector instanceof VarCharVector v) {
      v.setSafe(i, text(vector.getField().getName(), row).getBytes(UTF_8));
    } else if (vector instanceof VarBinaryVector v) {
      v.setSafe(i, bytes(random, random.nextInt(9)));
    } else if (vector instanceof DateDayVector v) {
      v.setSafe(i, random.nextInt(-50_000, 50_000));
    } else if (vector instanceof TimeMicroVector v) {
      v.setSafe(i, random.nextLong(86_400_000_000L));
    } else if (vector instanceof TimeStampMicroVector v) {
      v.setSafe(i, random.nextLong(-(1L << 50), 1L << 50));
    } else if (vector instanceof TimeStampMicroTZVector v) {
      v.setSafe(i, random.nextLong(-(1L << 50), 1L << 50));
    } else if (vector instanceof FixedSizeBinaryVector v) {
      v.setSafe(i, bytes(random, 16));
    } else {
      throw new IllegalArgumentException("No sample for " + vector.getField());
    }
  }

  private static String text(String column, int row) {
    if (column.equals("doc")) {
      return "{\"row\": %d}".formatted(row);
    }
    return row % 6 == 0 ? "" : "row %d: Zürich, 東京, 🚕".formatted(row);
  }

  private static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Each row as a text of its values, to compare batches by. */
  public static List<String> texts(VectorSchemaRoot batch) {
    var rows = new ArrayList<String>();
    for (int i = 0; i < batch.getRowCount(); i++) {
      int row = i;
      rows.add(
          batch.getFieldVectors().stream()
              .map(vector -> text(vector.getObject(row)))
              .collect(Collectors.joining(" | ")));
    }
    return rows;
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes
        ? "0x" + HexFormat.of().formatHex(bytes)
        : String.valueOf(value);
  }

  private static Field column(String name, boolean nullable, ArrowType type, String source) {
    return new Field(
        name,
        new FieldType(nullable, type, null, Map.of(SourceTable.SOURCE_TYPE, source)),
        List.of());
  }

  private static Field extension(String name, ArrowType type, String extension, String source) {
    Map<String, String> metadata =
        Map.of(
            SourceTable.SOURCE_TYPE,
            source,
            "ARROW:extension:name",
            extension,
            "ARROW:extension:metadata",
            "");
    return new Field(name, new FieldType(true, type, null, metadata), List.of());
  }
}
