package io.millrace.sinks.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import io.millrace.core.stage.SourceTable;
import io.millrace.sinks.mirror.PlayedTable.Change;
import io.millrace.sinks.mirror.PlayedTable.Era;
import io.millrace.sinks.mirror.vector.BatchLimits;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Single rules of a fold, on a table of an id and a text in one bucket. */
class MirrorFoldTest {
  private static final PlayedColumn ID = PlayedColumn.number("id", 32, "integer");
  private static final PlayedColumn NOTE = column("note", ArrowType.Utf8.INSTANCE, "text");

  private final BufferAllocator allocator = new RootAllocator(32 << 20);
  private Mirror mirror;

  private static PlayedColumn column(String name, ArrowType type, String source) {
    var of = new FieldType(true, type, null, Map.of(SourceTable.SOURCE_TYPE, source));
    return new PlayedColumn(new Field(name, of, null), random -> "", true);
  }

  private static Generation generation(int buckets, String hash, String... key) {
    return new Generation(
        PlanId.after(0, Instant.EPOCH, "0000000000000000"),
        "system",
        "slot",
        buckets,
        List.of(key),
        hash);
  }

  private static Object[] row(Object... values) {
    return values;
  }

  private static List<Object> values(Object... values) {
    return Arrays.asList(values);
  }

  private Mirror mirror(Generation generation, List<PlayedColumn> columns, List<Object[]> rows)
      throws IOException {
    var schema = new Schema(columns.stream().map(PlayedColumn::field).toList());
    try (VectorSchemaRoot batch = Values.batch(schema, rows, allocator)) {
      return Mirror.of(generation, schema, List.of(batch), BatchLimits.DEFAULT, allocator);
    }
  }

  /** Rows 1, 2 and 3. */
  @BeforeEach
  void begin() throws IOException {
    mirror =
        mirror(
            generation(1, KeyHash.NAME, "id"),
            List.of(ID, NOTE),
            List.of(row(1, "one"), row(2, "two"), row(3, "three")));
  }

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  private static Change insert(int at, Object... row) {
    return new Change(0, "insert", new Position(at, 0), List.of(row), null, List.of());
  }

  private static Change update(int at, Object... row) {
    return new Change(0, "update", new Position(at, 0), List.of(row), null, List.of());
  }

  private static Change delete(int at, int id) {
    return new Change(0, "delete", new Position(at, 0), values(id, null), values(id), List.of());
  }

  private static Change truncate(int at) {
    return new Change(0, "truncate", new Position(at, 0), null, null, List.of());
  }

  private void fold(Change... changes) throws IOException {
    fold(List.of(new Era(List.of(ID, NOTE), List.of(changes))));
  }

  private void fold(List<Era> eras) throws IOException {
    MirrorChanges changes = mirror.changes();
    try {
      for (Era era : eras) {
        changes.add(0, ChangeBatches.of(era, era.changes(), 1, allocator));
      }
    } catch (RuntimeException e) {
      changes.close();
      throw e;
    }
    mirror.fold(changes);
  }

  private List<String> rows() throws IOException {
    return mirror.texts().get(0);
  }

  @Test
  void aRowKeepsItsPlaceAndNewOnesComeBehind() throws IOException {
    fold(insert(1, 0, "zero"), update(2, 2, "TWO"), delete(3, 1), insert(4, 1, "again"));
    assertThat(rows()).containsExactly("2 | TWO", "3 | three", "0 | zero", "1 | again");
  }

  @Test
  void truncateTakesAwayWhatCameBeforeIt() throws IOException {
    fold(update(1, 1, "x"), insert(2, 7, "y"), truncate(3), insert(4, 1, "new"));
    assertThat(rows()).containsExactly("1 | new");
  }

  @Test
  void aTruncatedBucketIsNotRead() throws IOException {
    mirror.files().put(0, new byte[0]);
    fold(truncate(1), insert(2, 1, "new"));
    assertThat(rows()).containsExactly("1 | new");
  }

  @Test
  void withoutChangesNothingIsTouched() throws IOException {
    fold(List.of());
    assertThat(mirror.touched().isEmpty()).isTrue();
  }

  @Test
  void aBucketWithoutChangesIsNotRead() throws IOException {
    mirror =
        mirror(
            generation(8, KeyHash.NAME, "id"),
            List.of(ID, NOTE),
            IntStream.range(0, 50).mapToObj(id -> row(id, "x")).toList());
    int bucket = 0;
    try (VectorSchemaRoot key =
        Values.batch(new Schema(List.of(ID.field())), List.<Object[]>of(row(7)), allocator)) {
      bucket = new KeyHash(8).bucket(key.getFieldVectors(), 0);
    }
    for (int other = 0; other < 8; other++) {
      if (other != bucket) {
        mirror.files().put(other, new byte[0]);
      }
    }
    var update = new Change(bucket, "update", new Position(1, 1), values(7, "X"), null, List.of());
    MirrorChanges changes = mirror.changes();
    changes.add(
        bucket,
        ChangeBatches.of(
            new Era(List.of(ID, NOTE), List.of(update)), List.of(update), 1, allocator));
    mirror.fold(changes);
    assertThat(mirror.touched().stream()).containsExactly(bucket);
  }

  @Test
  void whatDoesNotFitTogetherIsAnError() {
    assertThatThrownBy(() -> fold(insert(1, 2, "twice")))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining(
            "Cannot fold the insert at 0000000000000001.0 into bucket 0 of shop.orders: there is a"
                + " row of its key already")
        .hasMessageContaining("read the table again")
        .hasMessageNotContaining("twice");
    assertThatThrownBy(() -> fold(insert(1, 9, "x"), insert(2, 9, "x")))
        .hasMessageContaining("the insert at 0000000000000002.0");
    assertThatThrownBy(() -> fold(update(1, 9, "x")))
        .hasMessageContaining("the update at 0000000000000001.0")
        .hasMessageContaining("there is no row of its key");
    assertThatThrownBy(() -> fold(delete(1, 9))).hasMessageContaining("there is no row of its key");
    assertThatThrownBy(() -> fold(delete(1, 1), update(2, 1, "x")))
        .hasMessageContaining("there is no row of its key");
    assertThatThrownBy(() -> fold(truncate(1), update(2, 1, "x")))
        .hasMessageContaining("there is no row of its key");
    assertThatThrownBy(() -> fold(update(9, 9, "x"), truncate(10)))
        .hasMessageContaining("there is no row of its key");
  }

  @Test
  void anUnchangedValueHasToComeFromSomewhere() {
    var kept = List.of("note");
    var moved = new Change(0, "insert", new Position(5, 1), values(8, null), values(7), kept);
    assertThatThrownBy(() -> fold(moved))
        .hasMessageContaining("the delete of the key that its row had before is missing");
    var ofAnother = new Change(0, "insert", new Position(5, 1), values(8, null), values(2), kept);
    assertThatThrownBy(() -> fold(delete(5, 1), ofAnother))
        .hasMessageContaining("the delete of the key that its row had before is missing");
    var alone = new Change(0, "insert", new Position(5, 1), values(8, null), null, kept);
    assertThatThrownBy(() -> fold(alone))
        .hasMessageContaining("leaves a value as it was where there was none");
  }

  @Test
  void aRenamedColumnWhoseValueIsNotSentIsAnErrorAndNoNull() {
    var title = column("title", ArrowType.Utf8.INSTANCE, "text");
    var update =
        new Change(0, "update", new Position(5, 1), values(1, null), null, List.of("title"));
    assertThatThrownBy(() -> fold(List.of(new Era(List.of(ID, title), List.of(update)))))
        .hasMessageContaining("column \"title\"")
        .hasMessageContaining("it was renamed, or added with a default");
  }

  @Test
  void aRenamedColumnIsANewOne() throws IOException {
    var title = column("title", ArrowType.Utf8.INSTANCE, "text");
    fold(List.of(new Era(List.of(ID, title), List.of(update(5, 1, "one")))));
    assertThat(rows()).containsExactly("1 | one", "2 | null", "3 | null");
  }

  @Test
  void aTypeThatMayMakeOthersOfOldValuesIsAnError() {
    for (String source : List.of("character(9)", "character varying(3)", "json", "bytea")) {
      var narrow = column("note", ArrowType.Utf8.INSTANCE, source);
      assertThatThrownBy(
              () -> fold(List.of(new Era(List.of(ID, narrow), List.of(update(5, 1, "one"))))))
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining(
              "Cannot carry on with column \"note\" of shop.orders: it was text and is " + source)
          .hasMessageContaining("read the table again");
    }
  }

  @Test
  void aKeyThatIsAnotherOneIsAnError() {
    var other = PlayedColumn.number("number", 32, "integer");
    assertThatThrownBy(
            () -> fold(List.of(new Era(List.of(other, NOTE), List.of(update(5, 1, "one"))))))
        .hasMessageContaining("its key's column \"id\" was dropped or renamed")
        .hasMessageContaining("begin a new generation");
  }

  @Test
  void changesComeInOrderAndInTheirBucket() {
    assertThatThrownBy(() -> fold(update(2, 1, "x"), update(1, 1, "y")))
        .hasMessageContaining(
            "the change at 0000000000000001.0 comes after the one at 0000000000000002.0");
    assertThatThrownBy(
            () ->
                fold(
                    List.of(
                        new Era(List.of(ID, NOTE), List.of(update(2, 1, "x"))),
                        new Era(List.of(ID, NOTE), List.of(update(2, 1, "x"))))))
        .hasMessageContaining("comes after the one at");
    assertThatThrownBy(
            () -> {
              mirror = mirror(generation(64, KeyHash.NAME, "id"), List.of(ID, NOTE), List.of());
              fold(insert(1, 1, "x"));
            })
        .hasMessageContaining("its key belongs to bucket");
  }

  @Test
  void aMirrorNeedsAKeyAndAHashThatIsKnown() {
    assertThatThrownBy(
            () -> new MirrorChanges(Mirror.STREAM, generation(1, KeyHash.NAME), Position.START))
        .hasMessageContaining("its rows have no key");
    assertThatThrownBy(
            () -> new MirrorChanges(Mirror.STREAM, generation(4, "md5", "id"), Position.START))
        .hasMessageContaining("the hash \"md5\"");
  }

  @Test
  void otherBatchesAreRefused() {
    try (MirrorChanges changes = mirror.changes()) {
      var schema = new Schema(List.of(ID.field(), NOTE.field()));
      VectorSchemaRoot plain = Values.batch(schema, List.<Object[]>of(row(1, "one")), allocator);
      assertThatThrownBy(() -> changes.add(0, plain)).hasMessageContaining("_op is missing");
      var odd = new Change(0, "upsert", new Position(1, 0), values(1, "one"), null, List.of());
      assertThatThrownBy(() -> fold(odd)).hasMessageContaining("whose _op is \"upsert\"");
    }
  }

  @Test
  void aLargeStateAndFewChangesTakeLittleMemory() throws IOException {
    List<Object[]> rows = new ArrayList<>();
    for (int id = 0; id < 300_000; id++) {
      rows.add(row(id, "the note of number %d, which is as long as notes are".formatted(id)));
    }
    mirror = mirror(generation(1, KeyHash.NAME, "id"), List.of(ID, NOTE), List.of());
    var schema = new Schema(List.of(ID.field(), NOTE.field()));
    try (BufferAllocator large = new RootAllocator()) {
      List<VectorSchemaRoot> batches = new ArrayList<>();
      for (int from = 0; from < rows.size(); from += 10_000) {
        batches.add(Values.batch(schema, rows.subList(from, from + 10_000), large));
      }
      Generation generation = generation(1, KeyHash.NAME, "id");
      try (BufferAllocator small = large.newChildAllocator("fold", 0, 16 << 20)) {
        // the rows have 19 MB
        Mirror of = Mirror.of(generation, schema, batches, BatchLimits.DEFAULT, small);
        MirrorChanges changes = of.changes();
        List<Change> few = List.of(update(1, 5, "five"), delete(2, 299_999), insert(3, -1, "new"));
        changes.add(0, ChangeBatches.of(new Era(List.of(ID, NOTE), few), few, 1, small));
        of.fold(changes);
        List<String> texts = of.texts().get(0);
        assertThat(texts).hasSize(300_000).contains("5 | five").endsWith("-1 | new");
        assertThat(small.getPeakMemoryAllocation()).isLessThan(16 << 20);
      } finally {
        batches.forEach(VectorSchemaRoot::close);
      }
    }
  }

  @Test
  void tooManyChangesSayWhatToDo() throws IOException {
    List<Change> many = new ArrayList<>();
    for (int id = 10; id < 20_000; id++) {
      many.add(insert(id, id, "x".repeat(100)));
    }
    try (BufferAllocator small = allocator.newChildAllocator("fold", 0, 8 << 20)) {
      MirrorChanges changes = mirror.changes();
      changes.add(0, ChangeBatches.of(new Era(List.of(ID, NOTE), many), many, 1, allocator));
      Mirror of = mirror.in(small);
      try (BufferAllocator taken = small.newChildAllocator("taken", 8 << 20, 8 << 20)) {
        assertThatThrownBy(() -> of.fold(changes))
            .isInstanceOf(MillraceException.class)
            .hasMessageContaining("fold a shorter range of windows, or give more memory");
      }
    }
  }
}
