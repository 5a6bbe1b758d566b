package io.millrace.connect.postgres.wal;

import io.millrace.connect.postgres.copy.ArrowText;
import io.millrace.core.change.Position;
import io.millrace.core.wire.ArrowCodec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;

/** What batches of changes hold, a line for each row. */
final class ChangeRows {
  private record Row(Position position, String text) {}

  private ChangeRows() {}

  /** The rows of all batches in the order of their positions. */
  static List<String> of(List<EncodedChanges> batches, BufferAllocator allocator) {
    var rows = new ArrayList<Row>();
    for (EncodedChanges batch : batches) {
      try (VectorSchemaRoot root = ArrowCodec.decode(batch.value().duplicate(), allocator)) {
        if (!root.getSchema().equals(batch.schema()) || root.getRowCount() != batch.rows()) {
          throw new AssertionError(root.getSchema() + " is not " + batch.schema());
        }
        for (int row = 0; row < batch.rows(); row++) {
          rows.add(new Row(ChangeColumns.position(root, row), text(root, row)));
        }
      }
    }
    rows.sort(Comparator.comparing(Row::position));
    return rows.stream().map(row -> row.position() + " " + row.text()).toList();
  }

  /**
   * The same as texts by the columns' names; those of the row before are {@code _before.name}, all
   * of them null if there is none.
   */
  static List<Map<String, String>> values(List<EncodedChanges> batches, BufferAllocator allocator) {
    var rows = new TreeMap<Position, Map<String, String>>();
    for (EncodedChanges batch : batches) {
      try (VectorSchemaRoot root = ArrowCodec.decode(batch.value().duplicate(), allocator)) {
        for (int row = 0; row < batch.rows(); row++) {
          var values = new HashMap<String, String>();
          for (FieldVector column : root.getFieldVectors()) {
            if (column instanceof StructVector struct) {
              for (FieldVector child : struct.getChildrenFromFields()) {
                String text = struct.isNull(row) ? null : ArrowText.of(child, row);
                values.put(struct.getName() + "." + child.getName(), text);
              }
            } else {
              values.put(column.getName(), ArrowText.of(column, row));
            }
          }
          rows.put(ChangeColumns.position(root, row), values);
        }
      }
    }
    return List.copyOf(rows.values());
  }

  /** One column of a batch. */
  static List<String> column(EncodedChanges batch, String name, BufferAllocator allocator) {
    var texts = new ArrayList<String>();
    try (VectorSchemaRoot root = ArrowCodec.decode(batch.value().duplicate(), allocator)) {
      for (int row = 0; row < batch.rows(); row++) {
        texts.add(ArrowText.of(root.getVector(name), row));
      }
    }
    return texts;
  }

  private static String text(VectorSchemaRoot root, int row) {
    var text = new StringJoiner(" ");
    text.add(ArrowText.of(root.getVector(ChangeSchema.OPERATION), row));
    for (FieldVector column : root.getFieldVectors()) {
      if (!column.getName().startsWith("_")) {
        text.add(column.getName() + "=" + ArrowText.of(column, row));
      }
    }
    if (root.getVector(ChangeSchema.BEFORE) instanceof StructVector before) {
      text.add("before=" + (before.isNull(row) ? "null" : struct(before, row)));
    }
    String unchanged = ArrowText.of(root.getVector(ChangeSchema.UNCHANGED), row);
    if (!unchanged.equals("[]")) {
      text.add("unchanged=" + unchanged);
    }
    return text.toString();
  }

  private static String struct(StructVector struct, int row) {
    var text = new StringJoiner(",", "{", "}");
    for (FieldVector child : struct.getChildrenFromFields()) {
      text.add(child.getName() + "=" + ArrowText.of(child, row));
    }
    return text.toString();
  }
}
