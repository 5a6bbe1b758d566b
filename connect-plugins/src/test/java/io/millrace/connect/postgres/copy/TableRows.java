package io.millrace.connect.postgres.copy;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
import io.millrace.core.wire.ArrowCodec;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.postgresql.PGConnection;

/** A table read by COPY in one go, in sessions as the reader has them. */
public final class TableRows implements AutoCloseable {
  private static final long LIMIT = 900 << 10;

  private final Connection connection;
  private long limit = LIMIT;

  /** A reader in a new session. */
  public TableRows(String url, String user) throws SQLException {
    var login = new Properties();
    login.setProperty("user", user);
    connection = PostgresServer.at(url, login).connect("test");
  }

  /** The catalog as the session sees it. */
  public Catalog catalog() {
    return new Catalog(connection);
  }

  Connection connection() {
    return connection;
  }

  /** From here on batches are cut so small. */
  TableRows cutAt(long bytes) {
    limit = bytes;
    return this;
  }

  /** Every row, as the text of each value by its column's name. */
  public List<Map<String, String>> read(Table table, Unrepresentable policy) throws Exception {
    var found = new ArrayList<Map<String, String>>();
    try (var allocator = new RootAllocator();
        var reader = new CopyReader(table, allocator, limit, policy)) {
      var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(reader.command("true"));
      reader.read(
          CopyMessages.of(copy),
          (value, count) -> {
            if (value.length > limit) {
              throw new AssertionError("a batch of %d bytes".formatted(value.length));
            }
            try (VectorSchemaRoot batch = ArrowCodec.decode(ByteBuffer.wrap(value), allocator)) {
              if (!batch.getSchema().equals(reader.schema())) {
                throw new AssertionError(batch.getSchema() + " is not " + reader.schema());
              }
              for (int row = 0; row < batch.getRowCount(); row++) {
                var texts = new LinkedHashMap<String, String>();
                for (FieldVector column : batch.getFieldVectors()) {
                  texts.put(column.getName(), ArrowText.of(column, row));
                }
                found.add(texts);
              }
            }
          });
    }
    return found;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
