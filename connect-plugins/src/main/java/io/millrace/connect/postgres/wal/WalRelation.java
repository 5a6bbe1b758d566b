package io.millrace.connect.postgres.wal;

import io.millrace.connect.postgres.server.PublishedColumn;
import io.millrace.connect.postgres.server.TableName;
import java.util.List;

/**
 * A table as a Relation message announces it: before its first change, and again whenever something
 * of it may have changed.
 *
 * @param oid what the changes call it
 * @param name its name at that moment of the log
 * @param identity what its old rows consist of
 * @param columns those that are published, in order
 */
public record WalRelation(
    int oid, TableName name, ReplicaIdentity identity, List<PublishedColumn> columns) {
  public WalRelation {
    columns = List.copyOf(columns);
  }

  /** The names of the columns that old rows consist of. */
  public List<String> identityColumns() {
    return columns.stream().filter(PublishedColumn::identity).map(PublishedColumn::name).toList();
  }
}
