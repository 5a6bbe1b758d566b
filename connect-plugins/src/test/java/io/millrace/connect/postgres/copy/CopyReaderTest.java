package io.millrace.connect.postgres.copy;

import static io.millrace.connect.postgres.column.CopyBytes.int32;
import static io.millrace.connect.postgres.column.CopyBytes.int64;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.connect.postgres.column.CopyBytes;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.core.MillraceException;
import io.millrace.core.wire.ArrowCodec;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.core.Oid;

/** Recorded COPY messages through the reader. */
class CopyReaderTest {
  private static final long LIMIT = 900 << 10;
  private static final Table TABLE =
      new Table(
          1,
          new TableName("public", "t"),
          List.of(
              new Column("id", "bigint", Oid.INT8, -1, false),
              new Column("n", "integer", Oid.INT4, -1, true),
              new Column("price", "numeric(10,2)", Oid.NUMERIC, ((10 << 16) | 2) + 4, true),
              new Column("at", "timestamp without time zone", Oid.TIMESTAMP, -1, true),
              new Column("note", "text", Oid.TEXT, -1, true)),
          List.of("id"),
          -1);

  private final List<Long> ids = new ArrayList<>();
  private final List<Integer> batches = new ArrayList<>();
  private BufferAllocator allocator;
  private CopyReader reader;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
    reader = new CopyReader(TABLE, allocator, LIMIT, Unrepresentable.ERROR);
  }

  @AfterEach
  void close() {
    reader.close();
    allocator.close();
  }

  private static List<byte[]> tuples(int count) {
    var random = new Random(count);
    var tuples = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) {
      tuples.add(
          CopyBytes.tuple(
              int64(i),
              random.nextInt(10) == 0 ? null : int32(random.nextInt()),
              CopyBytes.numeric(BigDecimal.valueOf(random.nextInt(1_000_000), 2)),
              int64(random.nextLong() >>> 8),
              ("note " + random.nextInt(1000)).getBytes(UTF_8)));
    }
    return tuples;
  }

  /** Plays messages back. */
  private static final class Recorded implements CopyMessages {
    private final List<byte[]> messages;
    private final long count;
    private int next;

    Recorded(List<byte[]> messages, long count) {
      this.messages = messages;
      this.count = count;
    }

    @Override
    public byte[] next() {
      return next < messages.size() ? messages.get(next++) : null;
    }

    @Override
    public long rowCount() {
      return count;
    }
  }

  private long read(List<byte[]> messages, long count) throws Exception {
    return reader.read(new Recorded(messages, count), this::receive);
  }

  private void receive(byte[] value, int rows) {
    assertThat((long) value.length).isLessThanOrEqualTo(LIMIT);
    batches.add(rows);
    try (VectorSchemaRoot batch = ArrowCodec.decode(ByteBuffer.wrap(value), allocator)) {
      var id = (BigIntVector) batch.getVector("id");
      for (int i = 0; i < batch.getRowCount(); i++) {
        ids.add(id.get(i));
      }
    }
  }

  @Test
  void everyRowArrivesOnceAndInOrder() throws Exception {
    assertThat(read(CopyBytes.messages(tuples(100_000)), 100_000)).isEqualTo(100_000);
    assertThat(ids).hasSize(100_000).isSorted().doesNotHaveDuplicates();
    assertThat(batches).hasSizeGreaterThan(2).allMatch(rows -> rows <= (1 << 16) + 256);
  }

  @Test
  void anEmptyResultIsHeaderAndTrailerInOneMessage() throws Exception {
    List<byte[]> messages = CopyBytes.messages(List.of());
    assertThat(messages).singleElement().satisfies(m -> assertThat(m).hasSize(21));
    assertThat(read(messages, 0)).isZero();
    assertThat(batches).isEmpty();
  }

  @Test
  void theReaderCanBeUsedAgainAfterAFailure() throws Exception {
    List<byte[]> messages = CopyBytes.messages(tuples(5000));
    assertThatThrownBy(() -> read(messages.subList(0, 4000), 5000))
        .isInstanceOf(MillraceException.class);
    ids.clear();
    assertThat(read(messages, 5000)).isEqualTo(5000);
    assertThat(ids).hasSize(5000).isSorted();
  }

  @Test
  void aStreamWithoutItsTrailerIsNoEnd() {
    List<byte[]> messages = CopyBytes.messages(tuples(10));
    assertThatThrownBy(() -> read(messages.subList(0, 10), 10))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("without its trailer");
    assertThatThrownBy(() -> read(List.of(), 0)).hasMessageContaining("signature");
  }

  @Test
  void aCountThatDiffersFromTheServersIsAnError() {
    List<byte[]> messages = CopyBytes.messages(tuples(10));
    assertThatThrownBy(() -> read(messages, 11))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("Read 10 rows of public.t where the server counted 11");
  }

  @Test
  void dataAfterTheTrailerIsAnError() {
    var messages = new ArrayList<>(CopyBytes.messages(tuples(3)));
    messages.add(tuples(1).get(0));
    assertThatThrownBy(() -> read(messages, 3)).hasMessageContaining("after its end");
  }

  @Test
  void aCutTupleIsAnErrorWhereverItIsCut() {
    List<byte[]> whole = CopyBytes.messages(tuples(3));
    byte[] last = whole.get(2);
    for (int length = 0; length < last.length; length++) {
      var cut = new ArrayList<>(whole);
      cut.set(2, Arrays.copyOf(last, length));
      assertThatThrownBy(() -> read(cut, 3))
          .as("cut at %d", length)
          .isInstanceOf(MillraceException.class);
    }
    var longer = new ArrayList<>(whole);
    longer.set(2, Arrays.copyOf(last, last.length + 1));
    assertThatThrownBy(() -> read(longer, 3)).isInstanceOf(MillraceException.class);
  }

  @Test
  void aTupleWithOtherColumnsIsAnError() {
    var messages = new ArrayList<>(CopyBytes.messages(tuples(3)));
    messages.set(1, CopyBytes.tuple(int64(1)));
    assertThatThrownBy(() -> read(messages, 3)).hasMessageContaining("1 fields");
  }

  @Test
  void aRowTooLargeIsNamedByItsKey() {
    byte[] noise = new byte[1 << 20];
    new Random(1).nextBytes(noise);
    List<byte[]> tuples = tuples(4);
    tuples.set(2, CopyBytes.tuple(int64(4711), null, null, null, noise));
    assertThatThrownBy(() -> read(CopyBytes.messages(tuples), 4))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("public.t (id=4711)")
        .hasMessageContaining("batch_bytes");
  }

  /** Row objects, boxed values or iterators on the way would cost more than this. */
  @Test
  void readingAllocatesNextToNothingPerRow() throws Exception {
    int rows = 200_000;
    List<byte[]> messages = CopyBytes.messages(tuples(rows));
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int warmUp = 0; warmUp < 3; warmUp++) {
      reader.read(new Recorded(messages, rows), (value, count) -> {});
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    reader.read(new Recorded(messages, rows), (value, count) -> {});
    long perRow = (threads.getCurrentThreadAllocatedBytes() - before) / rows;
    assertThat(perRow).as("heap bytes per row, the encoded record included").isLessThan(50);
  }
}
