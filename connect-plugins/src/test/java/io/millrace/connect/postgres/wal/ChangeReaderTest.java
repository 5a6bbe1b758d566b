package io.millrace.connect.postgres.wal;

import static io.millrace.connect.postgres.column.CopyBytes.int64;
import static io.millrace.connect.postgres.wal.WalBytes.UNCHANGED;
import static io.millrace.connect.postgres.wal.WalBytes.begin;
import static io.millrace.connect.postgres.wal.WalBytes.commit;
import static io.millrace.connect.postgres.wal.WalBytes.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import io.millrace.core.MillraceException;
import io.millrace.core.change.Position;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.core.Oid;

/** Changes of a table {@code t (id bigint, note text, doc jsonb)}, message by message. */
class ChangeReaderTest {
  private static final int T = 4711;
  private static final int OTHER = 4712;
  private static final List<Column> COLUMNS =
      List.of(
          new Column("id", "bigint", Oid.INT8, -1, false),
          new Column("note", "text", Oid.TEXT, -1, true),
          new Column("doc", "jsonb", Oid.JSONB, -1, true));

  private final List<EncodedChanges> batches = new ArrayList<>();
  private BufferAllocator allocator;
  private ChangeReader reader;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
    reader = reader(4);
  }

  private ChangeReader reader(int buckets) {
    var settings = new ChangeSettings(buckets, 900 << 10, Unrepresentable.ERROR);
    return new ChangeReader(ChangeReaderTest::find, settings, allocator, batches::add);
  }

  private static Optional<ChangedTable> find(WalRelation relation) {
    return relation.oid() == OTHER
        ? Optional.empty()
        : Optional.of(
            ChangedTable.of(
                relation, COLUMNS.subList(0, relation.columns().size()), List.of("id")));
  }

  @AfterEach
  void close() {
    reader.close();
    allocator.close();
  }

  private void read(ByteBuffer... messages) throws InterruptedException {
    for (ByteBuffer message : messages) {
      reader.read(message);
    }
  }

  /** All rows so far, of all batches, in the order of their positions. */
  private List<String> rows() throws InterruptedException {
    reader.closeBatches();
    return ChangeRows.of(batches, allocator);
  }

  private static ByteBuffer relation(char identity, int columns) {
    var bytes = message('R').int32(T).string("public").string("t").int8(identity).int16(columns);
    for (int i = 0; i < columns; i++) {
      boolean key = identity == 'f' || (identity != 'n' && i == 0);
      Column column = COLUMNS.get(i);
      bytes.int8(key ? 1 : 0).string(column.name()).int32(column.typeOid()).int32(-1);
    }
    return bytes.buffer();
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] json(String text) {
    return text("\u0001" + text);
  }

  private static ByteBuffer insert(long id, String note) {
    return message('I').int32(T).tuple('N', int64(id), text(note), null).buffer();
  }

  @Test
  void aTransactionsChangesHaveItsPositionAndTheirIndex() throws InterruptedException {
    read(
        begin(0x100, 5, 77),
        relation('d', 3),
        insert(1, "a"),
        message('U').int32(T).tuple('N', int64(1), text("b"), json("{}")).buffer(),
        message('D').int32(T).tuple('K', int64(1), null, null).buffer(),
        commit(0x100, 0x200));

    assertThat(reader.committedTo()).isEqualTo(0x200);
    assertThat(rows())
        .containsExactly(
            "0000000000000100.0 insert id=1 note=a doc=null before=null",
            "0000000000000100.2 update id=1 note=b doc={} before=null",
            "0000000000000100.3 delete id=1 note=null doc=null before={id=1}");
    assertThat(batches).extracting(EncodedChanges::bucket).containsOnly(batches.get(0).bucket());
    assertThat(batches.get(0).first()).isEqualTo(new Position(0x100, 0));
    assertThat(batches.get(0).last()).isEqualTo(new Position(0x100, 3));
  }

  @Test
  void theTimeAndTheNumberOfTheTransactionAreTold() throws InterruptedException {
    read(begin(0x100, 5, -1), relation('d', 3), insert(1, "a"), commit(0x100, 0x200));
    reader.closeBatches();
    assertThat(ChangeRows.column(batches.get(0), "_commit_at", allocator))
        .containsExactly("946684800000005");
    assertThat(ChangeRows.column(batches.get(0), "_tx", allocator)).containsExactly("4294967295");
    assertThat(ChangeRows.column(batches.get(0), "_lsn", allocator)).containsExactly("256");
    assertThat(ChangeRows.column(batches.get(0), "_seq", allocator)).containsExactly("0");
  }

  @Test
  void aKeyThatChangesIsADeleteAndAnInsert() throws InterruptedException {
    read(
        begin(0x100, 5, 77),
        relation('d', 3),
        message('U')
            .int32(T)
            .tuple('K', int64(1), null, null)
            .tuple('N', int64(2), text("b"), UNCHANGED)
            .buffer(),
        commit(0x100, 0x200));

    assertThat(rows())
        .containsExactly(
            "0000000000000100.0 delete id=1 note=null doc=null before={id=1}",
            "0000000000000100.1 insert id=2 note=b doc=null before={id=1} unchanged=[doc]");
    assertThat(batches).hasSize(2).extracting(EncodedChanges::bucket).doesNotHaveDuplicates();
  }

  @Test
  void aKeyThatIsSentThoughItIsTheSameIsNoKeyChange() throws InterruptedException {
    read(
        begin(0x100, 5, 77),
        relation('d', 3),
        message('U')
            .int32(T)
            .tuple('K', int64(1), null, null)
            .tuple('N', UNCHANGED, text("b"), null)
            .buffer());

    assertThat(rows())
        .containsExactly("0000000000000100.1 update id=1 note=b doc=null before={id=1}");
  }

  @Test
  void aWholeOldRowFillsWhatIsUnchangedAndKeyChangesAreFoundInIt() throws InterruptedException {
    read(
        begin(0x100, 5, 77),
        relation('f', 3),
        message('U')
            .int32(T)
            .tuple('O', int64(1), text("a"), json("[1]"))
            .tuple('N', int64(1), text("b"), UNCHANGED)
            .buffer(),
        message('U')
            .int32(T)
            .tuple('O', int64(1), text("b"), null)
            .tuple('N', int64(9), text("b"), null)
            .buffer(),
        message('D').int32(T).tuple('O', int64(9), text("b"), null).buffer());

    assertThat(rows())
        .containsExactly(
            "0000000000000100.1 update id=1 note=b doc=[1] before={id=1,note=a,doc=[1]}",
            "0000000000000100.2 delete id=1 note=null doc=null before={id=1,note=b,doc=null}",
            "0000000000000100.3 insert id=9 note=b doc=null before={id=1,note=b,doc=null}",
            "0000000000000100.4 delete id=9 note=null doc=null before={id=9,note=b,doc=null}");
  }

  @Test
  void withoutAnIdentityThereIsNoRowBefore() throws InterruptedException {
    read(begin(0x100, 5, 77), relation('n', 3), insert(1, "a"));
    assertThat(rows()).containsExactly("0000000000000100.0 insert id=1 note=a doc=null");
  }

  @Test
  void everyBucketHearsOfTruncate() throws InterruptedException {
    read(
        begin(0x100, 5, 77),
        relation('d', 3),
        message('T').int32(1).int8(0).int32(T).buffer(),
        insert(1, "a"));
    assertThat(rows())
        .containsExactly(
            "0000000000000100.0 truncate id=null note=null doc=null before=null",
            "0000000000000100.0 truncate id=null note=null doc=null before=null",
            "0000000000000100.0 truncate id=null note=null doc=null before=null",
            "0000000000000100.0 truncate id=null note=null doc=null before=null",
            "0000000000000100.1 insert id=1 note=a doc=null before=null");
    assertThat(batches).extracting(EncodedChanges::bucket).containsExactly(0, 1, 2, 3);
  }

  @Test
  void rowsOfTablesThatNobodyWantsAreCounted() throws InterruptedException {
    ByteBuffer other =
        message('R').int32(OTHER).string("public").string("o").int8('d').int16(0).buffer();
    read(
        begin(0x100, 5, 77),
        other,
        relation('d', 3),
        message('I').int32(OTHER).tuple('N').buffer(),
        message('U').int32(OTHER).tuple('N').buffer(),
        message('T').int32(2).int8(0).int32(OTHER).int32(T).buffer(),
        message('M').int8(1).int64(3).string("p").int32(0).buffer(),
        insert(1, "a"));
    assertThat(rows())
        .contains("0000000000000100.4 truncate id=null note=null doc=null before=null")
        .endsWith("0000000000000100.5 insert id=1 note=a doc=null before=null");
  }

  @Test
  void anotherSchemaBeginsAnotherBatchAndTheSameDoesNot() throws InterruptedException {
    read(begin(0x100, 5, 77), relation('d', 2));
    read(message('I').int32(T).tuple('N', int64(1), text("a")).buffer(), relation('d', 2));
    assertThat(batches).isEmpty();
    read(relation('d', 3), insert(1, "b"));
    assertThat(batches).hasSize(1);
    assertThat(rows())
        .containsExactly(
            "0000000000000100.0 insert id=1 note=a before=null",
            "0000000000000100.1 insert id=1 note=b doc=null before=null");
    read(relation('f', 3), insert(1, "c"));
    reader.closeBatches();
    assertThat(batches).hasSize(3).extracting(EncodedChanges::schema).doesNotHaveDuplicates();
  }

  @Test
  void onlyBucketsWithChangesTakeMemory() throws InterruptedException {
    read(begin(0x100, 5, 77), relation('d', 3));
    long without = allocator.getAllocatedMemory();
    read(insert(1, "a"));
    long with = allocator.getAllocatedMemory();
    assertThat(with).isGreaterThan(without);
    reader.closeBatches();
    assertThat(allocator.getAllocatedMemory()).as("it may come again").isGreaterThanOrEqualTo(with);
    reader.closeBatches();
    assertThat(allocator.getAllocatedMemory()).isEqualTo(without);
    read(insert(1, "b"));
    reader.closeBatches();
    assertThat(rows()).hasSize(2);
  }

  @Test
  void batchesAreClosedBySize() throws InterruptedException {
    read(begin(0x100, 5, 77), relation('d', 3));
    var random = new Random(1);
    byte[] noise = new byte[400];
    for (int i = 0; i < 20_000; i++) {
      random.nextBytes(noise);
      read(insert(i, HexFormat.of().formatHex(noise)));
    }
    assertThat(batches)
        .hasSizeGreaterThan(4)
        .allMatch(batch -> batch.value().remaining() <= 900 << 10);
    List<String> rows = rows();
    assertThat(rows).hasSize(20_000).doesNotHaveDuplicates();
    for (EncodedChanges batch : batches) {
      assertThat(batch.last().index() - batch.first().index())
          .isGreaterThanOrEqualTo(batch.rows() - 1);
    }
    for (int bucket = 0; bucket < 4; bucket++) {
      int each = bucket;
      assertThat(batches.stream().filter(batch -> batch.bucket() == each).toList())
          .isSortedAccordingTo((a, b) -> a.last().compareTo(b.first()));
    }
  }

  @Test
  void aTableWithoutAKeyHasOneBucket() throws InterruptedException {
    reader.close();
    var settings = new ChangeSettings(9, 900 << 10, Unrepresentable.ERROR);
    reader =
        new ChangeReader(
            relation -> Optional.of(ChangedTable.of(relation, COLUMNS, List.of())),
            settings,
            allocator,
            batches::add);
    read(
        begin(0x100, 5, 77),
        relation('f', 3),
        insert(1, "a"),
        message('U')
            .int32(T)
            .tuple('O', int64(1), text("a"), null)
            .tuple('N', int64(2), text("a"), null)
            .buffer());
    assertThat(rows())
        .containsExactly(
            "0000000000000100.0 insert id=1 note=a doc=null before=null",
            "0000000000000100.2 update id=2 note=a doc=null before={id=1,note=a,doc=null}");
    assertThat(batches).extracting(EncodedChanges::bucket).containsExactly(0);
  }

  @Test
  void aValueThatHasNoPlaceIsNamed() throws InterruptedException {
    read(begin(0x100, 5, 77), relation('d', 3));
    read(insert(1, "a"), message('I').int32(T).tuple('N', int64(2), null, text("\u0009")).buffer());
    assertThatThrownBy(this::rows)
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("public.t at 0000000000000100.1: column doc")
        .hasMessageContaining("version 9");
  }

  @Test
  void whatCannotBeIsRefused() throws InterruptedException {
    assertThatThrownBy(() -> read(begin(1, 0, 1), insert(1, "a")))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("relation 4711, which was not announced");
    assertThatThrownBy(() -> read(begin(2, 0, 1))).hasMessageContaining("before the one before");
    assertThatThrownBy(() -> read(commit(2, 3))).hasMessageContaining("not what was begun");
    read(commit(1, 3), relation('d', 3));
    assertThatThrownBy(() -> read(insert(1, "a"))).hasMessageContaining("outside of any");
    assertThatThrownBy(
            () -> read(begin(4, 0, 1), message('I').int32(T).tuple('N', int64(1)).buffer()))
        .hasMessageContaining("1 columns where 3 were announced");
  }

  @Test
  void aColumnNamedLikeOneOfOursIsRefused() {
    var column = new Column("_op", "text", Oid.TEXT, -1, true);
    var relation = new WalRelation(1, null, ReplicaIdentity.FULL, List.of());
    var table = new ChangedTable(relation, List.of(column), List.of(), 0);
    assertThatThrownBy(() -> ChangeSchema.of(table, Unrepresentable.ERROR))
        .hasMessageContaining("its column \"_op\" has the name of one that tells about the change");
  }

  /** Row objects, boxed values or iterators on the way would cost more than this. */
  @Test
  void readingAllocatesNextToNothingPerChange() throws InterruptedException {
    int changes = 100_000;
    var messages = new ArrayList<ByteBuffer>();
    for (int i = 0; i < changes; i++) {
      messages.add(
          switch (i % 3) {
            case 0 -> insert(i, "note");
            case 1 -> message('U').int32(T).tuple('N', int64(i), text("x"), UNCHANGED).buffer();
            default -> message('D').int32(T).tuple('K', int64(i), null, null).buffer();
          });
    }
    reader.close();
    var settings = new ChangeSettings(4, 900 << 10, Unrepresentable.ERROR);
    reader = new ChangeReader(ChangeReaderTest::find, settings, allocator, batch -> {});
    read(begin(0x100, 5, 77), relation('d', 3));
    for (int warmUp = 0; warmUp < 3; warmUp++) {
      readAll(messages);
    }
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    readAll(messages);
    long perChange = (threads.getCurrentThreadAllocatedBytes() - before) / changes;
    assertThat(perChange).as("heap bytes per change, the encoded record included").isLessThan(50);
  }

  private void readAll(List<ByteBuffer> messages) throws InterruptedException {
    for (ByteBuffer message : messages) {
      reader.read(message);
    }
    reader.closeBatches();
  }
}
