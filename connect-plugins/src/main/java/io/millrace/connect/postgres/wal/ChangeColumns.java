package io.millrace.connect.postgres.wal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.core.change.Position;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;

/** The columns that tell about the change: see {@link ChangeSchema}. */
final class ChangeColumns {
  /** Eight for each of LSN, time and index, four for each of xid and two offsets, and the name. */
  private static final int BYTES_PER_ROW = 3 * 8 + 3 * 4 + 6;

  private final Map<ChangeOperation, byte[]> operations = new EnumMap<>(ChangeOperation.class);
  private final VarCharVector operation;
  private final BigIntVector lsn;
  private final TimeStampMicroTZVector committedAt;
  private final UInt4Vector xid;
  private final BigIntVector sequence;
  private final ListVector unchanged;
  private final VarCharVector unchangedName;
  private int names;
  private long nameBytes;

  ChangeColumns(VectorSchemaRoot root) {
    operation = (VarCharVector) root.getVector(ChangeSchema.OPERATION);
    lsn = (BigIntVector) root.getVector(ChangeSchema.LSN);
    committedAt = (TimeStampMicroTZVector) root.getVector(ChangeSchema.COMMIT_AT);
    xid = (UInt4Vector) root.getVector(ChangeSchema.TRANSACTION);
    sequence = (BigIntVector) root.getVector(ChangeSchema.SEQUENCE);
    unchanged = (ListVector) root.getVector(ChangeSchema.UNCHANGED);
    unchangedName = (VarCharVector) unchanged.getDataVector();
    all().forEach(FieldVector::allocateNew);
    for (ChangeOperation op : ChangeOperation.values()) {
      operations.put(op, op.name().toLowerCase(Locale.ROOT).getBytes(US_ASCII));
    }
  }

  private List<FieldVector> all() {
    return List.of(operation, lsn, committedAt, xid, sequence, unchanged);
  }

  /** Writes a row, which has no unchanged column yet. */
  void set(int row, ChangeOperation op, WalTransaction transaction, long index) {
    byte[] text = operations.get(op);
    operation.setSafe(row, text, 0, text.length);
    lsn.setSafe(row, transaction.commitLsn());
    committedAt.setSafe(row, transaction.committedAt());
    xid.setSafe(row, transaction.xid());
    sequence.setSafe(row, index);
    unchanged.startNewValue(row);
  }

  /** Adds to the row set last the name of a column whose value was not sent. */
  void addUnchanged(int row, byte[] column) {
    unchangedName.setSafe(names++, column, 0, column.length);
    nameBytes += column.length + Integer.BYTES;
    unchanged.endValue(row, 1); // one more than the row had
  }

  /** Where the change of a row stands. */
  Position position(int row) {
    return position(lsn, sequence, row);
  }

  /** Where the change of a batch's row stands. */
  static Position position(VectorSchemaRoot batch, int row) {
    return position(
        (BigIntVector) batch.getVector(ChangeSchema.LSN),
        (BigIntVector) batch.getVector(ChangeSchema.SEQUENCE),
        row);
  }

  private static Position position(BigIntVector lsn, BigIntVector sequence, int row) {
    return new Position(lsn.get(row), sequence.get(row));
  }

  long bytes(int rows) {
    return (long) rows * BYTES_PER_ROW + nameBytes;
  }

  void finish(int rows) {
    all().forEach(vector -> vector.setValueCount(rows));
  }

  void reset() {
    all().forEach(FieldVector::reset);
    names = 0;
    nameBytes = 0;
  }
}
