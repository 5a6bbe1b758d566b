package io.millrace.benchmarks.driven;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.data_formats.ClickHouseBinaryFormatReader;
import com.clickhouse.client.api.query.QueryResponse;
import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import io.millrace.connect.clickhouse.block.NativeBlockReader;
import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.ReadAhead;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.server.Answer;
import io.millrace.connect.clickhouse.server.Catalog;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.ServerAddress;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.clickhouse.server.TableName;
import io.millrace.core.wire.JavaNio;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/**
 * One answer of ClickHouse, all rows and columns of a table, read in one way. Usage: {@code
 * ClickHouseReads URL TABLE WAY}; a pass's line is how many rows to decode (where they lie in
 * memory; else all are read), its number the sum of their ids, or the bytes where they are thrown
 * away.
 */
public final class ClickHouseReads {
  /** What Millrace asks for, asked for by everybody. */
  private static final String SETTINGS =
      " SETTINGS max_block_size = 65536, preferred_block_size_bytes = 16777216";

  private static final int BUFFER = 256 << 10;
  private static final int IN_MEMORY = 1_000_000;
  private static final int COLUMNS = 8;

  private final String url;
  private final Table table;

  /** What is made of the other columns, and told, so that no compiler leaves them out. */
  private long taken;

  private ClickHouseReads(String url, Table table) {
    this.url = url;
    this.table = table;
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    JavaNio.open();
    String url = args[0];
    try (ClickHouseSession session = session(url);
        BufferAllocator allocator = new RootAllocator()) {
      Table table =
          new Catalog(session, Unrepresentable.ERROR).table(TableName.parse("table", args[1]));
      var reads = new ClickHouseReads(url, table);
      Passes.serve(
          switch (args[2]) {
            case "drain" -> line -> drain(session.blocks(table.select("1")));
            case "native" ->
                line -> blocks(table.types(), session.blocks(table.select("1")), allocator);
            case "memory" -> reads.inMemory(session, allocator);
            case "rows" -> line -> reads.rows();
            case "jdbc" -> line -> reads.jdbc();
            case "arrow" -> line -> reads.arrow(allocator);
            default -> throw new IllegalArgumentException("No way to read: " + args[2]);
          });
    }
  }

  /** To a server that lets the user default in without a password; blocks come as they are. */
  public static ClickHouseSession session(String url) {
    return ClickHouseSession.open(
        new ServerAddress(
            List.of(URI.create(url)),
            "default",
            Optional.empty(),
            new ServerAddress.Transfer(ServerAddress.Format.NATIVE, ServerAddress.Compression.NONE),
            Map.of()),
        0);
  }

  private static long drain(Answer answer) throws IOException {
    try (answer) {
      byte[] buffer = new byte[BUFFER];
      long bytes = 0;
      for (int read = answer.read(buffer); read >= 0; read = answer.read(buffer)) {
        bytes += read;
      }
      return bytes;
    }
  }

  private static long blocks(List<ColumnType> types, Answer answer, BufferAllocator allocator)
      throws IOException {
    try (answer;
        var ahead = new ReadAhead(answer);
        var reader =
            new NativeBlockReader(
                types, new NativeInput(ahead, NativeBlockReader.LARGEST_BLOCK), allocator)) {
      return sum(reader);
    }
  }

  private static long sum(NativeBlockReader reader) {
    long sum = 0;
    while (reader.next()) {
      sum += sum(reader.rows());
    }
    return sum;
  }

  private static long sum(VectorSchemaRoot rows) {
    FieldVector vector = rows.getVector(0);
    var ids = (UInt8Vector) vector;
    long sum = 0;
    for (int i = 0; i < rows.getRowCount(); i++) {
      sum += ids.get(i);
    }
    return sum;
  }

  /** Decodes a part of the answer from memory, again and again, on one thread. */
  private Passes.Work inMemory(ClickHouseSession session, BufferAllocator allocator)
      throws IOException {
    byte[] bytes;
    try (Answer answer = session.blocks(table.select("id < " + IN_MEMORY))) {
      bytes = answer.readAllBytes();
    }
    return line -> {
      long wanted = Long.parseLong(line);
      long sum = 0;
      for (long rows = 0; rows < wanted; rows += IN_MEMORY) {
        try (var reader =
            new NativeBlockReader(
                table.types(),
                new ByteArrayInputStream(bytes),
                allocator,
                NativeBlockReader.LARGEST_BLOCK)) {
          sum += sum(reader);
        }
      }
      return sum;
    };
  }

  private Client client() {
    return new Client.Builder()
        .addEndpoint(url)
        .setUsername("default")
        .setPassword("")
        .compressClientRequest(false)
        .compressServerResponse(false)
        .build();
  }

  private String select() {
    return table.select("1") + SETTINGS;
  }

  /** By the client's own reader of rows. */
  private long rows() throws Exception {
    var query = new QuerySettings().setFormat(ClickHouseFormat.RowBinaryWithNamesAndTypes);
    long sum = 0;
    try (Client client = client();
        QueryResponse response = client.query(select(), query).get();
        ClickHouseBinaryFormatReader row = client.newBinaryFormatReader(response)) {
      while (row.next() != null) {
        sum += row.getBigInteger(1).longValue();
        taken += row.getInteger(2);
        taken += row.getLong(3);
        taken += Double.doubleToRawLongBits(row.getDouble(4));
        taken += Double.doubleToRawLongBits(row.getDouble(5));
        taken += row.getZonedDateTime(6).getNano();
        taken += row.getString(7).length();
        taken += row.getString(8).length();
      }
    }
    return told(sum);
  }

  private long jdbc() throws Exception {
    var properties = new Properties();
    properties.setProperty("user", "default");
    properties.setProperty("password", "");
    properties.setProperty("compress", "false");
    long sum = 0;
    try (Connection connection = DriverManager.getConnection("jdbc:clickhouse:" + url, properties);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(select())) {
      while (row.next()) {
        sum += row.getLong(1);
        for (int i = 2; i <= COLUMNS; i++) {
          taken += row.getObject(i).hashCode();
        }
      }
    }
    return told(sum);
  }

  private long told(long sum) {
    System.err.printf("The other columns came to %d%n", taken);
    return sum;
  }

  /** {@code FORMAT ArrowStream}, by Arrow's own reader. */
  private long arrow(BufferAllocator allocator) throws Exception {
    var query =
        new QuerySettings()
            .setFormat(ClickHouseFormat.ArrowStream)
            .serverSetting("output_format_arrow_compression_method", "none");
    long sum = 0;
    try (Client client = client();
        QueryResponse response = client.query(select(), query).get();
        var reader = new ArrowStreamReader(response.getInputStream(), allocator)) {
      while (reader.loadNextBatch()) {
        sum += sum(reader.getVectorSchemaRoot());
      }
    }
    return sum;
  }
}
