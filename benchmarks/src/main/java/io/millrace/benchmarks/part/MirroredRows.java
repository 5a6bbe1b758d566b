package io.millrace.benchmarks.part;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.core.change.KeyHash;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Rows of a table of orders, ten columns of about 110 bytes, and updates of them. */
final class MirroredRows {
  private static final List<Field> COLUMNS =
      List.of(
          Field.nullable("id", new ArrowType.Int(64, true)),
          Field.nullable("customer", new ArrowType.Int(64, true)),
          Field.nullable("shop", new ArrowType.Int(32, true)),
          Field.nullable("items", new ArrowType.Int(32, true)),
          Field.nullable("weight", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
          Field.nullable("amount", new ArrowType.Decimal(12, 2, 128)),
          Field.nullable("ordered_at", timestamp()),
          Field.nullable("sent_at", timestamp()),
          Field.nullable("status", ArrowType.Utf8.INSTANCE),
          Field.nullable("remark", ArrowType.Utf8.INSTANCE));

  /** Of the table's own columns. */
  static final Schema SCHEMA = new Schema(COLUMNS);

  private static final int ID = 0;
  private static final String[] STATUS = {"ordered", "paid", "packed", "sent", "returned"};

  private MirroredRows() {}

  private static ArrowType timestamp() {
    return new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
  }

  private static Field told(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.notNullable(type), List.of(children));
  }

  private static Schema changes() {
    List<Field> fields = new ArrayList<>(COLUMNS);
    fields.add(
        new Field(
            "_before", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(COLUMNS.get(ID))));
    fields.add(told("_op", ArrowType.Utf8.INSTANCE));
    fields.add(told("_lsn", new ArrowType.Int(64, true)));
    fields.add(told("_commit_at", timestamp()));
    fields.add(told("_tx", new ArrowType.Int(32, false)));
    fields.add(told("_seq", new ArrowType.Int(64, true)));
    fields.add(
        told(
            "_unchanged",
            ArrowType.List.INSTANCE,
            told(ListVector.DATA_VECTOR_NAME, ArrowType.Utf8.INSTANCE)));
    return new Schema(fields);
  }

  /** Rows with the ids from {@code first} on; the caller closes them. */
  static VectorSchemaRoot rows(int first, int count, BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
    root.allocateNew();
    var random = new SplittableRandom(first);
    for (int row = 0; row < count; row++) {
      set(root, row, first + row, random);
    }
    root.setRowCount(count);
    return root;
  }

  /**
   * Updates of a bucket's rows, each in a transaction of its own; the caller closes them.
   *
   * @param ids whose rows
   */
  static VectorSchemaRoot updates(List<Integer> ids, BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(changes(), allocator);
    root.allocateNew();
    var random = new SplittableRandom(ids.hashCode());
    byte[] update = "update".getBytes(US_ASCII);
    for (int row = 0; row < ids.size(); row++) {
      int id = ids.get(row);
      set(root, row, id, random);
      ((VarCharVector) root.getVector("_op")).setSafe(row, update);
      ((BigIntVector) root.getVector("_lsn")).setSafe(row, 1000L + id);
      ((TimeStampVector) root.getVector("_commit_at")).setSafe(row, 1_790_000_000_000_000L + id);
      ((UInt4Vector) root.getVector("_tx")).setSafe(row, id);
      ((BigIntVector) root.getVector("_seq")).setSafe(row, 1);
      ((ListVector) root.getVector("_unchanged")).startNewValue(row);
    }
    root.setRowCount(ids.size());
    return root;
  }

  private static void set(VectorSchemaRoot root, int row, int id, SplittableRandom random) {
    List<FieldVector> columns = root.getFieldVectors();
    ((BigIntVector) columns.get(ID)).setSafe(row, id);
    ((BigIntVector) columns.get(1)).setSafe(row, random.nextInt(100_000));
    ((IntVector) columns.get(2)).setSafe(row, random.nextInt(40));
    ((IntVector) columns.get(3)).setSafe(row, 1 + random.nextInt(9));
    ((Float8Vector) columns.get(4)).setSafe(row, random.nextInt(50_000) / 1000.0);
    ((DecimalVector) columns.get(5)).setSafe(row, random.nextInt(1_000_000));
    long orderedAt = 1_780_000_000_000_000L + id * 1_000_000L + random.nextInt(1_000_000);
    ((TimeStampVector) columns.get(6)).setSafe(row, orderedAt);
    if (random.nextInt(5) > 0) {
      ((TimeStampVector) columns.get(7)).setSafe(row, orderedAt + random.nextInt(1 << 30));
    }
    byte[] status = STATUS[random.nextInt(STATUS.length)].getBytes(US_ASCII);
    ((VarCharVector) columns.get(8)).setSafe(row, status);
    String remark = Long.toHexString(random.nextLong()) + " leave it at door " + id % 90;
    ((VarCharVector) columns.get(9)).setSafe(row, remark.getBytes(US_ASCII));
  }

  /** The bucket of each id. */
  static int[] buckets(int count, int buckets, BufferAllocator allocator) {
    var hash = new KeyHash(buckets);
    int[] found = new int[count];
    try (var ids = new BigIntVector("id", allocator)) {
      ids.allocateNew(count);
      for (int id = 0; id < count; id++) {
        ids.set(id, id);
        found[id] = hash.bucket(List.of(ids), id);
      }
    }
    return found;
  }
}
