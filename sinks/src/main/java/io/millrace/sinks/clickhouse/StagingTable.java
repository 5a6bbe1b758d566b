package io.millrace.sinks.clickhouse;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.sinks.clickhouse.server.Server;
import io.millrace.sinks.clickhouse.server.SqlText;
import io.millrace.sinks.clickhouse.server.TableName;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The table of one staging try: like the one that readers ask, but every row of it belongs to one
 * run and one writer.
 */
final class StagingTable {
  /** How often rows are sent whose answer did not come; the server knows them by their token. */
  private static final int TRIES = 3;

  private static final int TOKENS_KEPT = 100;

  private final Server server;
  private final TableName target;
  private final TableName name;
  private final String run;
  private final String writer;

  StagingTable(Server server, TableName target, TableName name, String run, String writer) {
    this.server = server;
    this.target = target;
    this.name = name;
    this.run = run;
    this.writer = writer;
  }

  /** Makes it; may be done twice. */
  void create() {
    server.execute("CREATE TABLE IF NOT EXISTS %s AS %s".formatted(name.sql(), target.sql()));
    server.execute(
        "ALTER TABLE %s %s, %s"
            .formatted(
                name.sql(), always(TargetTable.RUN, run), always(TargetTable.WRITER, writer)));
    server.execute(
        "ALTER TABLE %s MODIFY SETTING non_replicated_deduplication_window = %d, fsync_after_insert = 1, fsync_part_directory = 1"
            .formatted(name.sql(), TOKENS_KEPT));
  }

  private static String always(String column, String value) {
    return "MODIFY COLUMN %s MATERIALIZED %s".formatted(column, SqlText.literal(value));
  }

  /** Inserts an Arrow IPC stream; where no answer comes, once more with the same token. */
  void insert(Schema schema, byte[] stream, int sequence) {
    List<String> columns = schema.getFields().stream().map(Field::getName).toList();
    for (int tries = 1; ; tries++) {
      try {
        server.insert(name, columns, stream, "%s-%d".formatted(writer, sequence));
        return;
      } catch (MillraceException e) {
        if (!e.retriable() || tries == TRIES) {
          throw e;
        }
      }
    }
  }

  /** Makes sure that so many rows are there: what was sent twice was known as such. */
  void requireRows(long rows) {
    long found = server.number("SELECT count() FROM " + name.sql());
    if (found != rows) {
      throw MillraceException.passing(
          Category.TARGET,
          "Cannot use %s: it holds %d rows, and %d were sent; they are staged anew"
              .formatted(name, found, rows),
          null);
    }
  }

  void drop() {
    PartitionSwap.drop(server, name);
  }
}
