package io.millrace.benchmarks.part;

import io.millrace.benchmarks.clickhouse.ClickHouseServer;
import io.millrace.benchmarks.driven.ClickHouseReads;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.connect.clickhouse.block.NativeBlockReader;
import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.server.Answer;
import io.millrace.connect.clickhouse.server.Catalog;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.clickhouse.server.TableName;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
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

/** ClickHouse's FORMAT Native, as the engine has sent it, into vectors, by kind of value. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class BlockDecode {
  private static final int ROWS = 1 << 18;

  @Param({
    "integer",
    "float",
    "decimal",
    "time",
    "text",
    "low-cardinality",
    "uuid",
    "nullable",
    "array",
    "json"
  })
  private String family;

  private BufferAllocator allocator;
  private List<ColumnType> types;
  private byte[] answer;

  /** Four columns of numbers and times, two of texts, one of what is nested. */
  private static String columns(String family) {
    return switch (family) {
      case "integer" ->
          "number AS a, sipHash64(number) AS b, toInt32(number % 1000) AS c, toUInt8(number % 7) AS"
              + " d";
      case "float" ->
          "number / 3 AS a, number / 7 AS b, number / 11 AS c, toFloat32(number / 13) AS d";
      case "decimal" ->
          "toDecimal64(number / 8, 2) AS a, toDecimal64(number, 4) AS b, toDecimal128(number, 10)"
              + " AS c, toDecimal32(number % 1000, 2) AS d";
      case "time" ->
          "toDateTime64(number / 10, 3, 'UTC') AS a, toDateTime64(number, 6, 'UTC') AS b,"
              + " toDateTime(number, 'UTC') AS c, toDate(number % 20000) AS d";
      case "text" -> "hex(sipHash64(number)) AS a, concat('remark ', toString(number % 1000)) AS b";
      case "low-cardinality" ->
          "toLowCardinality(toString(number % 20)) AS a, toLowCardinality(toString(number % 2000))"
              + " AS b";
      case "uuid" -> "reinterpretAsUUID(sipHash128(number)) AS a";
      case "nullable" ->
          "if(number % 20 = 0, NULL, number) AS a, if(number % 20 = 1, NULL, toString(number)) AS"
              + " b";
      case "array" -> "arrayMap(i -> number + i, range(number % 5)) AS a";
      case "json" -> "CAST(concat('{\"a\": ', toString(number), ', \"b\": \"x\"}') AS JSON) AS a";
      default -> throw new IllegalArgumentException("There is no family " + family);
    };
  }

  /** Gets the answer from an engine that is started for it. */
  @Setup
  public void open() throws Exception {
    allocator = new RootAllocator();
    var checkout = new Checkout(Path.of(System.getProperty("benchmarks.root", ".")));
    Path folder = checkout.root().resolve("benchmarks/target/work/clickhouse-parts");
    try (ClickHouseServer server = ClickHouseServer.start(checkout, folder)) {
      server.ask("DROP TABLE IF EXISTS default.parts");
      server.ask(
          "CREATE TABLE default.parts ENGINE = MergeTree ORDER BY tuple() AS SELECT %s FROM numbers(%d)"
              .formatted(columns(family), ROWS));
      try (ClickHouseSession session = ClickHouseReads.session(server.url())) {
        Table table =
            new Catalog(session, Unrepresentable.ERROR)
                .table(TableName.parse("table", "default.parts"));
        types = table.types();
        try (Answer blocks = session.blocks(table.select("1"))) {
          answer = blocks.readAllBytes();
        }
      }
    }
  }

  /** All rows, block by block. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long decode() {
    try (var reader =
        new NativeBlockReader(
            types, new ByteArrayInputStream(answer), allocator, NativeBlockReader.LARGEST_BLOCK)) {
      while (reader.next()) {
        // the vectors are what is measured
      }
      return reader.rowCount();
    }
  }

  /** Frees the vectors. */
  @TearDown
  public void close() {
    allocator.close();
  }
}
