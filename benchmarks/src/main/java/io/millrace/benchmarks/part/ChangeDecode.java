package io.millrace.benchmarks.part;

import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TestTable;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.postgres.wal.ChangeReader;
import io.millrace.connect.postgres.wal.ChangeSettings;
import io.millrace.connect.postgres.wal.ChangedTable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** pgoutput's messages into encoded batches: one transaction of inserts, in 16 buckets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ChangeDecode {
  private static final int BUCKETS = 16;
  private static final int RECORD_BYTES = 900 << 10;

  private static final String PEEK =
      """
      SELECT data FROM pg_logical_slot_peek_binary_changes('parts', NULL, NULL,
        'proto_version', '1', 'publication_names', 'parts', 'binary', '%s')
      """;

  @Param({"trips", "trips-even"})
  private String table;

  /** Whether values come in binary form. */
  @Param({"false", "true"})
  private boolean binary;

  private final List<ByteBuffer> messages = new ArrayList<>();
  private BufferAllocator allocator;
  private ChangeReader reader;
  private long encoded;

  /** Gets the messages from a slot of a database that is started for it. */
  @Setup
  public void open() throws Exception {
    TestTable of = TestTable.of(table);
    Path folder =
        Path.of(System.getProperty("benchmarks.root", "."), "benchmarks/target/work/parts");
    Table changed;
    try (SourceDatabase database = SourceDatabase.start(folder)) {
      database.fill(of, SampleRows.ROWS);
      database.execute(
          """
          DROP PUBLICATION IF EXISTS parts;
          DROP TABLE IF EXISTS changed;
          CREATE TABLE changed (LIKE %s, PRIMARY KEY (%s));
          CREATE PUBLICATION parts FOR TABLE changed
          """
              .formatted(of.table(), of.key()));
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        statement.execute(
            "SELECT pg_create_logical_replication_slot('parts', 'pgoutput', temporary => true)");
        statement.execute("INSERT INTO changed SELECT * FROM " + of.table());
        try (ResultSet row = statement.executeQuery(PEEK.formatted(binary))) {
          while (row.next()) {
            messages.add(ByteBuffer.wrap(row.getBytes(1)));
          }
        }
        changed = new Catalog(connection).table(TableName.parse("public.changed"));
      }
    }
    allocator = new RootAllocator();
    reader =
        new ChangeReader(
            relation -> Optional.of(ChangedTable.of(relation, changed.columns(), changed.key())),
            new ChangeSettings(BUCKETS, RECORD_BYTES, Unrepresentable.ERROR),
            allocator,
            batch -> encoded += batch.value().remaining());
  }

  /** All messages of the transaction. */
  @Benchmark
  @OperationsPerInvocation(SampleRows.ROWS)
  public long decode() throws InterruptedException {
    for (ByteBuffer message : messages) {
      reader.read(message);
    }
    reader.closeBatches();
    return encoded;
  }

  /** Frees the vectors. */
  @TearDown
  public void close() {
    reader.close();
    allocator.close();
  }
}
