package io.millrace.sinks.mirror;

import io.millrace.sinks.mirror.PlayedTable.Change;
import io.millrace.sinks.mirror.PlayedTable.Era;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Changes as batches with the columns of docs/changes.md. */
public final class ChangeBatches {
  private static final ArrowType LONG = new ArrowType.Int(64, true);

  private ChangeBatches() {}

  /**
   * One batch.
   *
   * @param identity how many of the table's columns, from the first on, are in _before
   */
  public static VectorSchemaRoot of(
      Era era, List<Change> changes, int identity, BufferAllocator allocator) {
    List<Field> columns = era.columns().stream().map(PlayedColumn::field).toList();
    var fields = new ArrayList<Field>(columns);
    fields.add(
        new Field(
            "_before",
            FieldType.nullable(ArrowType.Struct.INSTANCE),
            columns.subList(0, identity)));
    fields.add(field("_op", ArrowType.Utf8.INSTANCE));
    fields.add(field("_lsn", LONG));
    fields.add(field("_commit_at", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")));
    fields.add(field("_tx", new ArrowType.Int(32, false)));
    fields.add(field("_seq", LONG));
    fields.add(
        new Field(
            "_unchanged",
            FieldType.notNullable(ArrowType.List.INSTANCE),
            List.of(field(ListVector.DATA_VECTOR_NAME, ArrowType.Utf8.INSTANCE))));
    List<Object[]> rows =
        changes.stream().map(change -> row(era, change, fields.size(), identity)).toList();
    return Values.batch(new Schema(fields), rows, allocator);
  }

  private static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  private static Object[] row(Era era, Change change, int width, int identity) {
    Object[] row = new Object[width];
    if (change.row() != null) {
      System.arraycopy(change.row().toArray(), 0, row, 0, change.row().size());
    }
    int at = era.columns().size();
    if (change.before() != null) {
      Map<String, Object> before = new HashMap<>();
      for (int i = 0; i < identity; i++) {
        before.put(era.columns().get(i).name(), change.before().get(i));
      }
      row[at] = before;
    }
    row[at + 1] = change.op();
    row[at + 2] = change.at().commit();
    row[at + 3] = 1_000L * change.at().commit();
    row[at + 4] = 7;
    row[at + 5] = change.at().index();
    row[at + 6] = change.unchanged();
    return row;
  }
}
