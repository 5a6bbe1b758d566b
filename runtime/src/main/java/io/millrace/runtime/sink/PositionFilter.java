package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.change.Position;
import java.util.ArrayList;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.TransferPair;

/** Leaves out the changes that come no later than those that were there before. */
final class PositionFilter {
  private long commit;
  private long index;

  /** Nothing up to this position is wanted. */
  PositionFilter(Position reached) {
    this.commit = reached.commit();
    this.index = reached.index();
  }

  /**
   * The rows behind what was reached; the last of them is reached then. Closes the batch unless it
   * gives it back.
   *
   * @throws MillraceException (DATA) if a row has no position, or positions do not rise
   */
  VectorSchemaRoot news(VectorSchemaRoot batch) {
    try {
      if (batch.getVector("_lsn") instanceof BigIntVector lsn
          && batch.getVector("_seq") instanceof BigIntVector seq
          && lsn.getNullCount() == 0
          && seq.getNullCount() == 0) {
        return news(batch, pass(lsn, seq));
      }
      throw MillraceException.data(
          "Cannot find the positions of a batch of changes: it needs _lsn and _seq, int64 without"
              + " NULL");
    } catch (RuntimeException e) {
      batch.close();
      throw e;
    }
  }

  /** How many rows are to be left out, all of them at the beginning. */
  private int pass(BigIntVector lsn, BigIntVector seq) {
    int old = 0;
    for (int row = 0; row < lsn.getValueCount(); row++) {
      int order = Long.compareUnsigned(lsn.get(row), commit);
      if (order > 0 || (order == 0 && seq.get(row) > index)) {
        commit = lsn.get(row);
        index = seq.get(row);
      } else if (old == row) {
        old++;
      } else {
        throw MillraceException.data(
            "A batch of changes has %s behind %s: its source mixed them up"
                .formatted(new Position(lsn.get(row), seq.get(row)), new Position(commit, index)));
      }
    }
    return old;
  }

  private static VectorSchemaRoot news(VectorSchemaRoot batch, int old) {
    if (old == 0) {
      return batch;
    }
    VectorSchemaRoot rest = behind(batch, old);
    batch.close();
    return rest;
  }

  /** As a slice, of which nothing is left behind should there be no memory for all of it. */
  private static VectorSchemaRoot behind(VectorSchemaRoot batch, int old) {
    int rows = batch.getRowCount() - old;
    var rest = new ArrayList<FieldVector>();
    try {
      for (FieldVector vector : batch.getFieldVectors()) {
        TransferPair pair = vector.getTransferPair(vector.getAllocator());
        rest.add((FieldVector) pair.getTo());
        pair.splitAndTransfer(old, rows);
      }
      return new VectorSchemaRoot(batch.getSchema(), rest, rows);
    } catch (RuntimeException e) {
      rest.forEach(FieldVector::close);
      throw e;
    }
  }
}
