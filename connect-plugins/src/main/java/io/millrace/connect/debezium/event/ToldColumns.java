package io.millrace.connect.debezium.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.change.Position;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;

/** The columns that tell about the change: see {@link EventSchema}. */
final class ToldColumns {
  private static final int FIXED_BYTES = 3 * Long.BYTES + 3 * Integer.BYTES + 6;

  private final VarCharVector operation;
  private final BigIntVector lsn;
  private final TimeStampMicroTZVector committedAt;
  private final VarCharVector transaction;
  private final BigIntVector sequence;
  private final ListVector unchanged;
  private final VarCharVector unchangedName;

  ToldColumns(VectorSchemaRoot root) {
    operation = (VarCharVector) root.getVector(EventSchema.OPERATION);
    lsn = (BigIntVector) root.getVector(EventSchema.LSN);
    committedAt = (TimeStampMicroTZVector) root.getVector(EventSchema.COMMIT_AT);
    transaction = (VarCharVector) root.getVector(EventSchema.TRANSACTION);
    sequence = (BigIntVector) root.getVector(EventSchema.SEQUENCE);
    unchanged = (ListVector) root.getVector(EventSchema.UNCHANGED);
    unchangedName = (VarCharVector) unchanged.getDataVector();
  }

  /** Writes a row; gives about how many bytes it takes. */
  long write(int row, Position position, ChangeEvent event, List<String> unchangedColumns) {
    byte[] op = event.operation().text();
    operation.setSafe(row, op, 0, op.length);
    lsn.setSafe(row, position.commit());
    committedAt.setSafe(row, event.committedAt());
    sequence.setSafe(row, position.index());
    long bytes = FIXED_BYTES;
    String name = event.transaction();
    if (name == null) {
      transaction.setNull(row);
    } else {
      byte[] text = name.getBytes(UTF_8);
      transaction.setSafe(row, text, 0, text.length);
      bytes += text.length;
    }
    int at = unchanged.startNewValue(row);
    for (String column : unchangedColumns) {
      byte[] text = column.getBytes(UTF_8);
      unchangedName.setSafe(at++, text, 0, text.length);
      bytes += text.length + Integer.BYTES;
    }
    unchanged.endValue(row, unchangedColumns.size());
    return bytes;
  }

  /** Where the change of a row stands. */
  Position position(int row) {
    return new Position(lsn.get(row), sequence.get(row));
  }

  /** Where the change of a batch's row stands. */
  static Position position(VectorSchemaRoot batch, int row) {
    FieldVector lsns = batch.getVector(EventSchema.LSN);
    FieldVector sequences = batch.getVector(EventSchema.SEQUENCE);
    return new Position(((BigIntVector) lsns).get(row), ((BigIntVector) sequences).get(row));
  }
}
