package io.millrace.connect.postgres;

import io.millrace.connect.postgres.column.Unrepresentable;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.options.ByteSize;
import io.millrace.core.options.Option;
import io.millrace.core.options.Secret;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/** What can be said of a Postgres source. */
public record PostgresOptions(
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
            value = "The table to read, as schema.table, spelled as the catalog does.",
            example = "public.trips")
        String table,
    @Option(
            value = "The stream's name: [a-z0-9_-]+. Left out, the table's name in lower case.",
            example = "trips")
        Optional<String> stream,
    @Option("How the table is divided into Partitions that are read side by side.")
        Partitioning partition,
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
    TableName.parse(table);
    if (tasks < 1) {
      throw MillraceException.configuration(
          "tasks", "Cannot use %d tasks: at least 1 is needed".formatted(tasks));
    }
    if (batchBytes.bytes() < SMALLEST_BATCH || batchBytes.bytes() > Integer.MAX_VALUE / 2) {
      throw MillraceException.configuration(
          "batch_bytes", "Cannot use %s: 16k to 1023m are allowed".formatted(batchBytes));
    }
    streamName(stream, table);
  }

  /** The stream's name. */
  public String streamName() {
    return streamName(stream, table);
  }

  private static String streamName(Optional<String> stream, String table) {
    String name = stream.orElse(TableName.parse(table).name().toLowerCase(Locale.ROOT));
    if (!StreamId.isName(name)) {
      throw MillraceException.configuration(
          "stream",
          "Cannot call a stream \"%s\": only a-z, 0-9, _ and - are allowed%s"
              .formatted(name, stream.isPresent() ? "" : "; name it with stream:"));
    }
    return name;
  }

  /** The table to read. */
  public TableName tableName() {
    return TableName.parse(table);
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
