package io.millrace.connect.postgres;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.selection.Selection;
import io.millrace.connect.selection.TablePatterns;
import io.millrace.core.MillraceException;
import io.millrace.core.options.ByteSize;
import io.millrace.core.options.Option;
import io.millrace.core.options.Secret;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** What can be said of a Postgres source. */
public record PostgresOptions(
    @Option(
            value =
                "What is read: snapshot reads tables as they are, changes reads what is committed"
                    + " to them from now on, by logical replication, and cdc does both without a"
                    + " gap between them.",
            defaultValue = "snapshot")
        Mode mode,
    @Option(
            value =
                "JDBC URL of the database, with no user or password in it. Left out, millrace run"
                    + " uses the embedded sample database.",
            example = "jdbc:postgresql://db:5432/app")
        Optional<String> url,
    @Option(value = "The role to log in as; it needs SELECT on the table.", example = "ingest")
        Optional<String> user,
    @Option(value = "The role's password.", example = "${env:PGPASSWORD}")
        Optional<Secret> password,
    @Option(
            value =
                "The table or view to read, as schema.table, spelled as the catalog does. One of"
                    + " table, tables and query is needed.",
            example = "public.trips")
        Optional<String> table,
    @Option(
            value =
                "Several tables, each a stream of its own: names as for table, or patterns with *"
                    + " and ?, which stand for tables only, not for views.",
            example = "[public.*, sales.orders]")
        List<String> tables,
    @Option(
            value = "Names or patterns of what tables should leave out.",
            example = "[public.tmp_*]")
        List<String> exclude,
    @Option(
            value = "A SELECT to read instead of a table; stream is needed, too.",
            example = "SELECT id, total FROM sales.orders WHERE total > 0")
        Optional<String> query,
    @Option(
            value =
                "The stream's name: [a-z0-9_-]+. Left out, the table's name in lower case; those"
                    + " of several tables cannot be chosen.",
            example = "trips")
        Optional<String> stream,
    @Option("How the table is divided into Partitions that are read side by side.")
        Partitioning partition,
    @Option("How changes are read, where mode says so.") ChangeOptions changes,
    @Option(
            value = "How many tasks read at the same time, each with one session.",
            defaultValue = "4")
        int tasks,
    @Option(
            value =
                "The largest record value. The topic's max.message.bytes and the producer's"
                    + " max.request.size must allow it and 4 KiB of headers more.",
            defaultValue = "900k")
        ByteSize batchBytes,
    @Option(
            value =
                "What becomes of a value that its Arrow type cannot hold, such as an infinite date:"
                    + " error fails and names it, null makes it NULL, clamp makes it the nearest"
                    + " value there is.",
            defaultValue = "error")
        Unrepresentable onUnrepresentable) {

  /** What is read of a table. */
  public enum Mode {
    /** Its rows. */
    SNAPSHOT,
    /** Its rows, and what is committed to it from then on. */
    CDC,
    /** What is committed to it. */
    CHANGES
  }

  /** How a table is divided. */
  public record Partitioning(
      @Option(
              value =
                  "The column whose ranges are the Partitions: an integer, a date or a timestamp."
                      + " Left out, the primary key if it is such a column, else the place of the"
                      + " rows in the table's file.",
              example = "pu_location_id")
          Optional<String> column,
      @Option(
              value =
                  "How many ranges; a small table may have fewer. Rows with NULL are one Partition"
                      + " more.",
              defaultValue = "8")
          int ranges) {
    private static final int MOST = 10_000;

    public Partitioning {
      if (ranges < 1 || ranges > MOST) {
        throw MillraceException.configuration(
            "ranges", "Cannot use %d ranges: 1 to %d are allowed".formatted(ranges, MOST));
      }
    }
  }

  private static final long SMALLEST_BATCH = 16 << 10;

  /** Checks what can be checked without the database. */
  public PostgresOptions {
    var unused =
        Selection.of(table, new TablePatterns(tables, exclude), query, stream, TableName.NAMING);
    if (query.isPresent() && mode != Mode.SNAPSHOT) {
      throw MillraceException.configuration(
          "query",
          "Cannot read the changes of a query: name its tables with table or tables, or leave mode"
              + " out");
    }
    if (tasks < 1) {
      throw MillraceException.configuration(
          "tasks", "Cannot use %d tasks: at least 1 is needed".formatted(tasks));
    }
    if (mode == Mode.CDC && tasks < 2) {
      throw MillraceException.configuration(
          "tasks", "Cannot use 1 task with mode cdc: one reads the log, others the tables");
    }
    if (batchBytes.bytes() < SMALLEST_BATCH || batchBytes.bytes() > Integer.MAX_VALUE / 2) {
      throw MillraceException.configuration(
          "batch_bytes", "Cannot use %s: 16k to 1023m are allowed".formatted(batchBytes));
    }
  }

  /** What of the database is read. */
  public Selection<TableName> selection() {
    return Selection.of(table, new TablePatterns(tables, exclude), query, stream, TableName.NAMING);
  }

  /**
   * The database to read from.
   *
   * @throws MillraceException (CONFIGURATION, key {@code url}) if the URL is missing or malformed
   */
  public PostgresServer server() {
    var login = new Properties();
    user.ifPresent(name -> login.setProperty("user", name));
    password.ifPresent(secret -> login.setProperty("password", secret.reveal()));
    return PostgresServer.at(
        url.orElseThrow(
            () ->
                MillraceException.configuration(
                    "url", "Missing: which database, e.g. jdbc:postgresql://db:5432/app")),
        login);
  }
}
