package io.millrace.sinks.mirror.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.MirrorVersion.BucketRows;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.stage.Transform;
import io.millrace.core.wire.BatchStreamReader;
import io.millrace.sinks.mirror.PlayedColumn;
import io.millrace.sinks.mirror.Values;
import io.millrace.sinks.mirror.build.StagedBucket.Form;
import io.millrace.sinks.mirror.build.StagedBucket.Place;
import io.millrace.sinks.parquet.BloomFilters;
import io.millrace.sinks.parquet.ParquetOptions;
import io.millrace.sinks.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same rows for the next fold and for readers. */
class StagedBucketTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              PlayedColumn.number("id", 32, "integer").field(), PlayedColumn.text("note").field()));

  private static final Unit UNIT =
      new Unit(
          new StreamId("shop", "orders"),
          new RunId("mirror"),
          PlanId.parse("0000000000005-abcdefgh"),
          "0");

  private static final Place STATE = new Place("staged/state", "rows/state.arrows");
  private static final Place TABLE = new Place("staged/table", "orders/table.parquet");

  @TempDir private Path folder;

  private final MemoryStore store = new MemoryStore(Duration.ZERO);

  @Test
  void readersFindTheRowsOfTheState() throws Exception {
    BucketRows rows = write(10, List.of());
    List<String> expected = new ArrayList<>();
    for (int id = 0; id < 100; id++) {
      expected.add(id + " | " + (id % 3 == 0 ? null : "note " + id));
    }
    assertThat(stateRows(rows.state())).isEqualTo(expected);
    assertThat(tableRows(rows.table().get(0))).isEqualTo(expected);
    assertThat(rows.state().rows()).isEqualTo(100);
  }

  @Test
  void readersSeeWhatTheTransformsMakeAndTheStateStays() throws Exception {
    BucketRows rows = write(10, List.of(new FirstRows()));
    assertThat(stateRows(rows.state())).hasSize(100);
    assertThat(tableRows(rows.table().get(0))).hasSize(30).contains("90 | null");
    assertThat(rows.table().get(0).rows()).isEqualTo(30);
  }

  @Test
  void theFileForReadersDoesNotDependOnBatches() throws IOException {
    StagedFile one = write(3, List.of()).table().get(0);
    StagedFile other = write(100, List.of()).table().get(0);
    assertThat(one.checksum()).isEqualTo(other.checksum());
  }

  @Test
  void anEmptyBucketHasNoFileForReaders() throws Exception {
    try (StagedBucket out = bucket(List.of())) {
      BucketRows rows = out.finish();
      assertThat(stateRows(rows.state())).isEmpty();
      assertThat(rows.table()).isEmpty();
    }
  }

  @Test
  void aFilterOfAColumnThatIsNotThereIsRefusedBeforeThereAreRows() {
    var options =
        ParquetOptions.DEFAULT.withBloomFilters(new BloomFilters(List.of("nobody"), 0.01));
    assertThatThrownBy(
            () ->
                new StagedBucket(
                    store, SCHEMA, new Form(UNIT, List.of(), options, Map.of()), STATE, TABLE))
        .hasMessageContaining("Cannot make a Bloom filter for \"nobody\"");
  }

  @Test
  void whatIsNotFinishedLeavesNothingBehind() throws Exception {
    try (BufferAllocator allocator = new RootAllocator();
        StagedBucket out = bucket(List.of())) {
      accept(out, 0, 10, allocator);
    }
    assertThat(store.list("staged")).isEmpty();
  }

  /** Of each batch, the first three rows. */
  private static final class FirstRows implements Transform {
    @Override
    public Schema output() {
      return SCHEMA;
    }

    @Override
    public VectorSchemaRoot apply(VectorSchemaRoot batch, Unit unit) {
      try (batch) {
        return batch.slice(0, 3);
      }
    }
  }

  private StagedBucket bucket(List<Transform> transforms) throws IOException {
    var form =
        new Form(UNIT, transforms, ParquetOptions.DEFAULT, Map.of("millrace.stream", "orders"));
    return new StagedBucket(store, SCHEMA, form, STATE, TABLE);
  }

  private BucketRows write(int batchRows, List<Transform> transforms) throws IOException {
    store.delete(store.list("staged"));
    try (BufferAllocator allocator = new RootAllocator();
        StagedBucket out = bucket(transforms)) {
      for (int from = 0; from < 100; from += batchRows) {
        accept(out, from, Math.min(100, from + batchRows), allocator);
      }
      return out.finish();
    }
  }

  private static void accept(StagedBucket out, int from, int to, BufferAllocator allocator)
      throws IOException {
    List<Object[]> rows = new ArrayList<>();
    for (int id = from; id < to; id++) {
      rows.add(new Object[] {id, id % 3 == 0 ? null : "note " + id});
    }
    try (VectorSchemaRoot batch = Values.batch(SCHEMA, rows, allocator)) {
      out.accept(batch);
    }
  }

  private List<String> stateRows(StagedFile state) throws IOException {
    List<String> rows = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        var reader = new BatchStreamReader(store.open(state.staged()), allocator)) {
      for (Optional<VectorSchemaRoot> next = reader.next();
          next.isPresent();
          next = reader.next()) {
        try (VectorSchemaRoot batch = next.get()) {
          rows.addAll(Values.texts(batch));
        }
      }
    }
    return rows;
  }

  private List<String> tableRows(StagedFile table) throws IOException, SQLException {
    Path file =
        Files.write(folder.resolve("bucket.parquet"), store.read(table.staged()).orElseThrow());
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("SELECT id, note FROM read_parquet('%s')".formatted(file))) {
      while (found.next()) {
        rows.add(found.getInt(1) + " | " + found.getString(2));
      }
    }
    return rows;
  }
}
