package io.millrace.benchmarks.driven;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.copy.CopyMessages;
import io.millrace.connect.postgres.copy.CopyReader;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.JavaNio;
import io.millrace.sinks.parquet.ArrowParquetWriter;
import io.millrace.sinks.parquet.Compression;
import io.millrace.sinks.parquet.ParquetOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.parquet.io.LocalOutputFile;
import org.postgresql.PGConnection;

/**
 * What the log costs: the product's own reader and writer in one JVM, each batch encoded and
 * decoded as for the wire, with no Kafka, no lanes and no ledger between them. Usage: {@code
 * WithoutLog URL USER TABLE CONNECTIONS}; a pass's line is the folder for its files, its number the
 * bytes of the batches.
 */
public final class WithoutLog {
  /** The product's own limit of a record's value. */
  private static final long BATCH_BYTES = 900 << 10;

  /** The Parquet sink's own defaults. */
  static final ParquetOptions OPTIONS =
      new ParquetOptions(
          Compression.ZSTD,
          Compression.ZSTD.usualLevel(),
          32L << 20,
          1 << 20,
          1 << 20,
          ParquetOptions.Dictionaries.TEXT);

  private final PostgresServer server;
  private final String table;
  private final int connections;

  private WithoutLog(PostgresServer server, String table, int connections) {
    this.server = server;
    this.table = table;
    this.connections = connections;
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    JavaNio.open();
    WithoutLog path = of(args[0], args[1], args[2], Integer.parseInt(args[3]));
    Passes.serve(line -> path.pass(Path.of(line)));
  }

  /** Reads a table of the schema public. */
  static WithoutLog of(String url, String user, String table, int connections) {
    var login = new Properties();
    login.setProperty("user", user);
    return new WithoutLog(PostgresServer.at(url, login), table, connections);
  }

  /** Writes a file for each connection; gives the bytes of the batches. */
  long pass(Path folder) throws Exception {
    Files.createDirectories(folder);
    List<String> shares;
    try (Connection connection = server.connect("benchmark")) {
      shares = Passes.shares(connection, table, connections);
    }
    var parts = new ArrayList<Callable<Long>>();
    for (int i = 0; i < connections; i++) {
      String share = shares.get(i);
      Path file = folder.resolve("part-%d.parquet".formatted(i));
      parts.add(() -> copy(share, file));
    }
    return Passes.together(parts);
  }

  private long copy(String share, Path file) throws Exception {
    var bytes = new AtomicLong();
    try (Connection connection = server.connect("benchmark");
        var allocator = new RootAllocator();
        var reader =
            new CopyReader(
                new Catalog(connection).table(TableName.parse("public." + table)),
                allocator,
                BATCH_BYTES,
                Unrepresentable.ERROR);
        var writer =
            new ArrowParquetWriter(new LocalOutputFile(file), reader.schema(), OPTIONS, Map.of())) {
      var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(reader.command(share));
      reader.read(
          CopyMessages.of(copy),
          (value, rows) -> {
            bytes.addAndGet(value.length);
            try (VectorSchemaRoot batch = ArrowCodec.decode(ByteBuffer.wrap(value), allocator)) {
              writer.append(batch);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      writer.finish();
      return bytes.get();
    }
  }
}
