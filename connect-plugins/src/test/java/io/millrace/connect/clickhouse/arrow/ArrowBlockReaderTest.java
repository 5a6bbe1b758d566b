package io.millrace.connect.clickhouse.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of Arrow, whole ones and broken ones. */
class ArrowBlockReaderTest {
  private static final long LIMIT = 1 << 20;
  private static final String OLD = "Code: 395. DB::Exception: Value passed to 'throwIf' function";

  private static final List<ColumnType> TYPES =
      List.of(
          ColumnType.of("id", "Int64"),
          ColumnType.of("text", "Nullable(String)"),
          ColumnType.of("list", "Array(String)"),
          ColumnType.of("number", "Decimal(3, 1)"));

  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  /** Two batches of two rows each. */
  private byte[] stream(byte[] text, String number) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var rows = VectorSchemaRoot.create(ColumnType.schema(TYPES), allocator);
        var writer = new ArrowStreamWriter(rows, null, bytes)) {
      for (int batch = 0; batch < 2; batch++) {
        rows.allocateNew();
        for (int row = 0; row < 2; row++) {
          ((BigIntVector) rows.getVector(0)).setSafe(row, 2L * batch + row);
          ((DecimalVector) rows.getVector(3)).setSafe(row, new BigDecimal(number));
        }
        ((VarCharVector) rows.getVector(1)).setSafe(1, text);
        rows.setRowCount(2);
        writer.writeBatch();
      }
      writer.end();
    }
    return bytes.toByteArray();
  }

  private byte[] sound() throws IOException {
    return stream("é".getBytes(UTF_8), "99.9");
  }

  private ArrowBlockReader reader(List<ColumnType> types, byte[] answer) {
    return new ArrowBlockReader(types, new ByteArrayInputStream(answer), allocator, LIMIT);
  }

  private void fails(byte[] answer, Category category, String... words) {
    try (var reader = reader(TYPES, answer)) {
      assertThatThrownBy(() -> readAll(reader))
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> {
                assertThat(e.category()).isEqualTo(category);
                assertThat(e.retriable()).isEqualTo(category == Category.SOURCE);
              })
          .hasMessageContainingAll(words);
    }
  }

  private static void readAll(ArrowBlockReader reader) {
    while (reader.next()) {
      assertThat(reader.rowCount()).isPositive();
    }
  }

  @Test
  void rowsComeBatchByBatchInOurOwnSchema() throws Exception {
    try (var reader = reader(TYPES, sound())) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.next()).isTrue();
      assertThat(reader.rows().getSchema()).isEqualTo(ColumnType.schema(TYPES));
      assertThat(reader.rows().getVector(0).getObject(1)).isEqualTo(3L);
      assertThat(reader.rows().getVector(1).getObject(0)).isNull();
      assertThat(reader.rows().getVector(1).getObject(1)).hasToString("é");
      assertThat(reader.rowCount()).isEqualTo(4);
      assertThat(reader.next()).isFalse();
    }
    try (var reader =
        new ArrowBlockReader(TYPES, InputStream.nullInputStream(), allocator, LIMIT)) {
      assertThat(reader.next()).isFalse();
    }
  }

  @Test
  void anAnswerThatIsCutAnywhereIsAnErrorThatMayPass() throws Exception {
    byte[] whole = sound();
    for (int length = 1; length < whole.length; length++) {
      fails(Arrays.copyOf(whole, length), Category.SOURCE, "ends in the middle");
    }
  }

  @Test
  void theServersExceptionIsToldInItsWordsWhereverItComes() throws Exception {
    byte[] whole = sound();
    byte[] words = OLD.getBytes(UTF_8);
    for (int length : new int[] {0, whole.length / 3, whole.length / 2, whole.length - 8}) {
      byte[] answer = Arrays.copyOf(whole, length + words.length);
      System.arraycopy(words, 0, answer, length, words.length);
      fails(answer, Category.SOURCE, "the server says: " + OLD);
    }
  }

  @Test
  void whatComesBehindTheEndIsAnError() throws Exception {
    byte[] whole = sound();
    fails(Arrays.copyOf(whole, whole.length + 1), Category.DATA, "goes on behind its end");
  }

  @Test
  void otherColumnsAreAnError() throws Exception {
    byte[] answer = sound();
    for (List<ColumnType> others :
        List.of(
            TYPES.subList(0, 3),
            List.of(TYPES.get(0), ColumnType.of("text", "String"), TYPES.get(2), TYPES.get(3)),
            List.of(TYPES.get(0), TYPES.get(1), TYPES.get(1), TYPES.get(3)),
            List.of(ColumnType.of("id", "UInt64"), TYPES.get(1), TYPES.get(2), TYPES.get(3)))) {
      try (var reader = reader(others, answer)) {
        assertThatThrownBy(() -> readAll(reader))
            .isInstanceOf(MillraceException.class)
            .hasMessageContainingAll("the server sends Schema<", "for Schema<");
      }
    }
  }

  @Test
  void valuesWithoutAPlaceAreRefused() throws Exception {
    fails(stream(new byte[] {(byte) 0xff}, "0.1"), Category.DATA, "column text, value 2", "UTF-8");
    byte[] digits = sound();
    int at = indexOf(digits, (byte) 0xe7, (byte) 0x03); // 999, the least significant byte first
    digits[at] = (byte) 0xe8;
    fails(digits, Category.DATA, "column number, value 1", "the digits 1000");
  }

  private static int indexOf(byte[] bytes, byte first, byte second) {
    return IntStream.range(0, bytes.length - 2)
        .filter(i -> bytes[i] == first && bytes[i + 1] == second && bytes[i + 2] == 0)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aLengthBeyondTheLimitTakesNoMemory() {
    byte[] huge = {-1, -1, -1, -1, -1, -1, -1, 0x7f};
    fails(huge, Category.DATA, "no message");
    byte[] large = {-1, -1, -1, -1, 0, 0, (byte) 0x80, 0};
    fails(large, Category.DATA, "more than 1048576 bytes");
    assertThat(allocator.getPeakMemoryAllocation()).isLessThan(LIMIT);
  }

  /** Whatever the bytes are: rows or an error, and nothing is left in memory. */
  @Test
  void turnedBitsEndInRowsOrInAnError() throws Exception {
    byte[] whole = sound();
    var random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      try (var reader = reader(TYPES, damaged)) {
        readAll(reader);
      } catch (MillraceException e) {
        assertThat(e).hasMessageStartingWith("Cannot read ClickHouse's Arrow stream");
      }
      assertThat(allocator.getAllocatedMemory()).as("after damage %d", i).isZero();
    }
  }
}
