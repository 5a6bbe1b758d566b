package io.millrace.benchmarks.part;

import io.millrace.benchmarks.driven.RowDecoder;
import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TestTable;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.Table;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Rows as Postgres sends them, kept in memory.
 *
 * @param table what they are rows of
 * @param messages of one COPY, without its header and its trailer
 */
record SampleRows(Table table, List<byte[]> messages) {
  /** So many in every sample. */
  static final int ROWS = 1 << 16;

  private static final int TRAILER = 2;

  /** The columns of one kind of value; {@code trips} are all columns of that table. */
  private static String columns(String family) {
    return switch (family) {
      case "integer" -> "trip_id, vendor_id, pu_location_id, do_location_id";
      case "numeric" -> "fare_amount, tip_amount, tolls_amount, total_amount";
      case "timestamp" -> "pickup_at, dropoff_at";
      case "double" -> "trip_distance";
      case "text" -> "store_and_fwd_flag, reference, remark";
      case "uuid" -> "reference::uuid AS reference";
      case "jsonb" -> "jsonb_build_object('id', trip_id, 'remark', remark) AS doc";
      case "array" -> "ARRAY[vendor_id, pu_location_id, do_location_id] AS places";
      case "trips" -> "*";
      default -> throw new IllegalArgumentException("There is no family " + family);
    };
  }

  /** Reads a family's rows from a database that is started for it. */
  static SampleRows of(String family) throws Exception {
    return read(TestTable.TRIPS, columns(family));
  }

  /** Reads the rows of a whole table. */
  static SampleRows of(TestTable table) throws Exception {
    return read(table, "*");
  }

  private static SampleRows read(TestTable of, String columns) throws Exception {
    Path folder =
        Path.of(System.getProperty("benchmarks.root", "."), "benchmarks/target/work/parts");
    String query = "SELECT %s FROM public.%s ORDER BY %s".formatted(columns, of.table(), of.key());
    try (SourceDatabase database = SourceDatabase.start(folder)) {
      database.fill(of, ROWS);
      try (Connection connection = database.connect()) {
        CopyOut copy =
            connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (%s) TO STDOUT (FORMAT binary)".formatted(query));
        var messages = new ArrayList<byte[]>();
        for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
          messages.add(message);
        }
        messages.set(
            0, Arrays.copyOfRange(messages.get(0), RowDecoder.HEADER, messages.get(0).length));
        messages.removeIf(message -> message.length == TRAILER);
        return new SampleRows(new Catalog(connection).query(query), messages);
      }
    }
  }
}
