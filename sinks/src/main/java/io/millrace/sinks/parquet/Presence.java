package io.millrace.sinks.parquet;

import io.millrace.core.MillraceException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;

/** Which positions of a field's vector have a value, as a definition level if it may be null. */
final class Presence {
  private final String path;
  private final boolean nullable;
  private final Bits valid = new Bits();
  private final LevelRun deeper = new LevelRun();
  private FieldVector vector;
  private boolean hasNulls;

  Presence(String path, boolean nullable) {
    this.path = path;
    this.nullable = nullable;
  }

  /** Takes the vector whose positions the runs to come name. */
  void read(FieldVector next) {
    vector = next;
    hasNulls = next.getNullCount() > 0;
  }

  /**
   * The run that goes on below this field.
   *
   * @throws MillraceException if a position that counts is null where the schema allows none
   */
  LevelRun below(LevelRun run) {
    if (!nullable && !hasNulls) {
      return run;
    }
    valid.clear();
    append(valid, vector, hasNulls, run.first(), run.end());
    if (nullable) {
      deeper.define(run, valid);
      return deeper;
    }
    requireValid(run);
    return run;
  }

  /** Below a null anything may lie, a null where there is to be none as well. */
  private void requireValid(LevelRun run) {
    for (int i = 0; i < run.size(); i++) {
      int position = run.position(i);
      if (position != LevelRun.NONE && valid.get(position - run.first()) == 0) {
        throw unexpectedNull(path, run.row(i));
      }
    }
  }

  /** Appends which of the positions [from, to) of a vector have a value. */
  static void append(Bits bits, FieldVector vector, boolean hasNulls, int from, int to) {
    if (!hasNulls) {
      bits.appendOnes(to - from);
    } else if (vector instanceof NullVector) {
      bits.appendZeros(to - from);
    } else {
      bits.append(vector.getValidityBuffer(), from, to);
    }
  }

  static MillraceException unexpectedNull(String path, int row) {
    return MillraceException.data(
        "Cannot write column \"%s\": row %d of the batch is null, but the column is declared NOT"
                .formatted(path, row)
            + " NULL; declare it nullable or correct the data");
  }
}
