package io.millrace.runtime.values;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.copy.CopyMessages;
import io.millrace.connect.postgres.copy.CopyReader;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.Staged;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkSession;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.sinks.files.ParquetSinkOptions;
import io.millrace.sinks.files.ParquetSinkType;
import io.millrace.sinks.parquet.ParquetFile;
import io.millrace.sinks.parquet.ParquetSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.schema.MessageType;
import org.postgresql.PGConnection;

/**
 * The path of every value without Kafka and Connect, everything else as in production: the catalog,
 * COPY, records of batches, the Parquet sink. Row groups are small, so that values cross them.
 */
final class ShortPath implements AutoCloseable {
  private static final long LIMIT = 900 << 10;
  private static final int ROW_GROUP_ROWS = 5;
  private static final PlanId PLAN = new PlanId(1_700_000_000_000L, "plan");

  private final Path folder;
  private final PostgresServer server;
  private final Connection connection;
  private final Sink sink;
  private int files;

  ShortPath(String url, String user, Path folder) throws SQLException {
    this.folder = folder;
    var login = new Properties();
    login.setProperty("user", user);
    server = PostgresServer.at(url, login);
    connection = server.connect("test");
    var context =
        new SinkContext(
            "values",
            "lake",
            SinkContext.SNAPSHOT,
            "cluster",
            folder,
            new Nonces(new Random(1)),
            InstantSource.system());
    sink = new ParquetSinkType().open(context, options());
  }

  private static ParquetSinkOptions options() {
    return OptionsReader.read(
            ParquetSinkOptions.class,
            Map.of("row_group_rows", ROW_GROUP_ROWS, "page_size", "4k"),
            problem -> {
              throw new AssertionError(problem);
            })
        .orElseThrow();
  }

  /** A session as the connector has them: Postgres's texts of its own types are rendered in it. */
  Connection connection() {
    return connection;
  }

  Catalog catalog() {
    return new Catalog(connection);
  }

  /** The file of a table, read in as many commands as there are conditions; none without rows. */
  Optional<Path> load(Table table, Unrepresentable policy, String... conditions)
      throws SQLException, InterruptedException {
    var unit =
        new Unit(new StreamId("values", "t" + files++), RunId.SNAPSHOT, PLAN, /* partition= */ "0");
    try (var allocator = new RootAllocator();
        var reader = new CopyReader(table, allocator, LIMIT, policy);
        SinkSession session = sink.begin(unit, reader.schema())) {
      for (String condition : conditions) {
        for (byte[] batch : batches(reader, condition)) {
          try (VectorSchemaRoot rows = ArrowCodec.decode(ByteBuffer.wrap(batch), allocator)) {
            session.append(rows);
          }
        }
      }
      Staged staged = session.finish();
      return staged.files().stream()
          .map(file -> folder.resolve("lake").resolve(file.staged()))
          .findFirst()
          .map(file -> checked(file, reader.schema()));
    }
  }

  private List<byte[]> batches(CopyReader reader, String condition)
      throws SQLException, InterruptedException {
    var batches = new ArrayList<byte[]>();
    try (Connection session = server.connect("test read")) {
      var copy = session.unwrap(PGConnection.class).getCopyAPI().copyOut(reader.command(condition));
      reader.read(CopyMessages.of(copy), (value, count) -> batches.add(value));
    }
    return batches;
  }

  /** parquet-java reads the schema that was announced. */
  private static Path checked(Path file, Schema schema) {
    try {
      MessageType announced = ParquetSchema.of(schema);
      var footer = new ParquetFile(file, announced).footer();
      MessageType read =
          new ParquetMetadataConverter().fromParquetMetadata(footer).getFileMetaData().getSchema();
      assertThat(read).isEqualTo(announced);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws SQLException {
    sink.close();
    connection.close();
  }
}
