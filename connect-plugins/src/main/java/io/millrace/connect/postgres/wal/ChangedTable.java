package io.millrace.connect.postgres.wal;

import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.TableName;
import java.util.List;

/**
 * A table whose changes are wanted, as it was announced.
 *
 * @param relation the announcement
 * @param columns its columns with their types, in the announcement's order
 * @param key the columns that tell rows apart in a change stream, in the table's order; none if
 *     there is no way to
 * @param since transactions whose commit lies before this place are left out; 0 for none
 */
public record ChangedTable(
    WalRelation relation, List<Column> columns, List<String> key, long since) {
  public ChangedTable {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /**
   * Finds the key: the columns of the replica identity, since a delete tells no others; under FULL
   * and NOTHING, which name none, those of the primary key, as far as they are published.
   */
  public static ChangedTable of(
      WalRelation relation, List<Column> columns, List<String> primaryKey) {
    List<String> names = columns.stream().map(Column::name).toList();
    List<String> key =
        switch (relation.identity()) {
          case DEFAULT, INDEX -> relation.identityColumns();
          case FULL, NOTHING ->
              names.containsAll(primaryKey)
                  ? names.stream().filter(primaryKey::contains).toList()
                  : List.of();
        };
    return new ChangedTable(relation, columns, key, 0);
  }

  /** The same, with the transactions left out whose commit lies before a place. */
  public ChangedTable since(long lsn) {
    return new ChangedTable(relation, columns, key, lsn);
  }

  /** Its name. */
  public TableName name() {
    return relation.name();
  }

  /** Where these columns stand among all. */
  int[] places(List<String> names) {
    List<String> all = columns.stream().map(Column::name).toList();
    return names.stream().mapToInt(all::indexOf).toArray();
  }
}
