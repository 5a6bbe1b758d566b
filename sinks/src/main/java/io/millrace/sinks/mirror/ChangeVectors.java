package io.millrace.sinks.mirror;

import io.millrace.core.MillraceException;
import io.millrace.core.change.Position;
import io.millrace.sinks.mirror.evolution.TableSchema;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.Schema;

/** One batch of a bucket's changes, as docs/changes.md describes its columns. */
final class ChangeVectors implements AutoCloseable {
  private final VectorSchemaRoot root;
  private final Schema table;
  private final VarCharVector kinds;
  private final BigIntVector commits;
  private final BigIntVector indexes;
  private final ListVector unchanged;
  private final StructVector before;

  /** Takes the batch over. */
  ChangeVectors(VectorSchemaRoot root) {
    this.root = root;
    this.table = TableSchema.of(root.getSchema());
    this.kinds = column("_op", VarCharVector.class);
    this.commits = column("_lsn", BigIntVector.class);
    this.indexes = column("_seq", BigIntVector.class);
    this.unchanged = column("_unchanged", ListVector.class);
    this.before = root.getVector("_before") == null ? null : column("_before", StructVector.class);
  }

  private <V extends FieldVector> V column(String name, Class<V> type) {
    FieldVector vector = root.getVector(name);
    if (!type.isInstance(vector)) {
      throw MillraceException.data(
          "Cannot fold changes whose column %s is %s: docs/changes.md says what it has to be"
              .formatted(name, vector == null ? "missing" : vector.getField().getType()));
    }
    return type.cast(vector);
  }

  /** The schema of the table's own columns. */
  Schema table() {
    return table;
  }

  /** The table's own columns, by that schema. */
  List<FieldVector> columns() {
    return table.getFields().stream().map(field -> root.getVector(field.getName())).toList();
  }

  int rows() {
    return root.getRowCount();
  }

  ChangeKind kind(int row) {
    return ChangeKind.of(kinds, row);
  }

  Position position(int row) {
    return new Position(commits.get(row), indexes.get(row));
  }

  /** How a row's position compares to another batch's: less than, equal to or more than 0. */
  int compare(int row, long commit, long index) {
    int byCommit = Long.compareUnsigned(commits.get(row), commit);
    return byCommit != 0 ? byCommit : Long.compare(indexes.get(row), index);
  }

  long commit(int row) {
    return commits.get(row);
  }

  long index(int row) {
    return indexes.get(row);
  }

  /** Whether the row before the change was sent. */
  boolean hasBefore(int row) {
    return before != null && !before.isNull(row);
  }

  /**
   * Columns of the rows before.
   *
   * @throws MillraceException (DATA) if one is not there
   */
  List<FieldVector> before(List<String> names) {
    return names.stream().map(this::before).toList();
  }

  private FieldVector before(String name) {
    ValueVector child = before == null ? null : before.getChild(name);
    if (child == null) {
      throw MillraceException.data(
          "Cannot fold a change of a key: its _before has no column \"%s\"".formatted(name));
    }
    return (FieldVector) child;
  }

  /**
   * What its rows lack since it did not change; the parameter is that of {@link UnchangedColumns}.
   */
  UnchangedColumns unchanged(Map<String, Integer> places) {
    return new UnchangedColumns(unchanged, rows(), places);
  }

  @Override
  public void close() {
    root.close();
  }
}
