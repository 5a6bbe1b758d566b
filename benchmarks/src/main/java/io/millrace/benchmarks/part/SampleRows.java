package io.millrace.benchmarks.part;

import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TestTable;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.copy.CopyMessages;
import io.millrace.connect.postgres.copy.CopyReader;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.Table;
import io.millrace.core.wire.ArrowCodec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
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

  private static final int HEADER = 19;
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
        messages.set(0, Arrays.copyOfRange(messages.get(0), HEADER, messages.get(0).length));
        messages.removeIf(message -> message.length == TRAILER);
        return new SampleRows(new Catalog(connection).query(query), messages);
      }
    }
  }

  /** The batches that the product's reader makes of them. */
  List<byte[]> batches(BufferAllocator allocator, long limit) throws Exception {
    var batches = new ArrayList<byte[]>();
    try (var reader = new CopyReader(table, allocator, limit, Unrepresentable.ERROR)) {
      reader.read(new Replay(messages), (value, rows) -> batches.add(value));
    }
    return batches;
  }

  /** Its rows in vectors, which the caller closes. */
  VectorSchemaRoot vectors(BufferAllocator allocator) throws Exception {
    List<byte[]> batches = batches(allocator, Integer.MAX_VALUE);
    return ArrowCodec.decode(ByteBuffer.wrap(batches.get(batches.size() - 1)), allocator);
  }

  /** The messages as a connection would give them. */
  private static final class Replay implements CopyMessages {
    private static final byte[] SIGNATURE = {
      'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private final List<byte[]> messages;
    private int next;

    Replay(List<byte[]> messages) {
      this.messages = messages;
    }

    @Override
    public byte[] next() {
      int at = next++;
      if (at == 0) {
        byte[] first = messages.get(0);
        return ByteBuffer.allocate(SIGNATURE.length + first.length)
            .put(SIGNATURE)
            .put(first)
            .array();
      }
      if (at == messages.size()) {
        return new byte[] {-1, -1};
      }
      return at < messages.size() ? messages.get(at) : null;
    }

    @Override
    public long rowCount() {
      return messages.size();
    }
  }
}
