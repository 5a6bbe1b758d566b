package io.millrace.connect.clickhouse.column.read;

import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;

/** What becomes of a value that its Arrow type cannot hold. */
public enum Unrepresentable {
  /** The reading fails. */
  ERROR,
  /** NULL takes its place. */
  NULL;

  private static final String OPTION = ", or set on_unrepresentable to null";

  /**
   * A type not all of whose values have a place: where NULL takes it, they may be NULL.
   *
   * @param type the type if they may not
   */
  public ValueType partial(ValueType type) {
    return this == NULL ? type.nullable(type.source(), reader -> reader) : type;
  }

  /**
   * Lets NULL take the place of a row's value.
   *
   * @param vector has its values and their validity
   * @param reason why the value has no place, and what to do in the query
   * @throws UnreadableBlock if it may not
   */
  public void nullify(FieldVector vector, int row, String reason) {
    refuseIfError(row, reason);
    BitVectorHelper.unsetBit(vector.getValidityBuffer(), row);
  }

  /** Throws unless NULL may take the place of a row's value. */
  void refuseIfError(int row, String reason) {
    if (this == ERROR) {
      throw UnreadableBlock.unrepresentable(row, reason + OPTION);
    }
  }
}
