package io.millrace.connect.clickhouse.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.VarCharVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks made by hand: large ones, odd ones and broken ones. */
class NativeBlockReaderTest {
  private static final long LIMIT = 64 << 20;

  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  private NativeBlockReader reader(String type, InputStream answer) {
    return new NativeBlockReader(List.of(ColumnType.of("v", type)), answer, allocator, LIMIT);
  }

  private void read(String type, BlockBytes block, Consumer<FieldVector> check) {
    try (var reader = reader(type, new ByteArrayInputStream(block.bytes()))) {
      assertThat(reader.next()).isTrue();
      check.accept(reader.rows().getVector(0));
      assertThat(reader.next()).isFalse();
    }
  }

  private void fails(String type, byte[] answer, Category category, String... words) {
    fails(type, new ByteArrayInputStream(answer), category, words);
  }

  private void fails(String type, InputStream answer, Category category, String... words) {
    try (var reader = reader(type, answer)) {
      assertThatThrownBy(
              () -> {
                while (reader.next()) {
                  assertThat(reader.rowCount()).isPositive();
                }
              })
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> {
                assertThat(e.category()).isEqualTo(category);
                assertThat(e.retriable()).isEqualTo(category == Category.SOURCE);
              })
          .hasMessageContainingAll(words);
    }
  }

  private static BlockBytes million() {
    BlockBytes block = BlockBytes.column("Int64", 1_000_000);
    for (int i = 0; i < 1_000_000; i++) {
      block.int64(i * 31L);
    }
    return block;
  }

  @Test
  void aBlockMayBeLargerThanAnyBuffer() {
    read(
        "Int64",
        million(),
        vector -> {
          long[] values = new long[1_000_000];
          Arrays.setAll(values, ((BigIntVector) vector)::get);
          long[] expected = new long[1_000_000];
          Arrays.setAll(expected, i -> i * 31L);
          assertThat(values).isEqualTo(expected);
        });
  }

  @Test
  void stringsMayBeLargerThanAnyBuffer() {
    String large = "é".repeat(400_000);
    read(
        "String",
        BlockBytes.column("String", 4).text("a").text(large).text("").text(large + "b"),
        vector -> {
          var texts = (VarCharVector) vector;
          assertThat(new String(texts.get(0), UTF_8)).isEqualTo("a");
          assertThat(new String(texts.get(1), UTF_8)).isEqualTo(large);
          assertThat(texts.get(2)).isEmpty();
          assertThat(new String(texts.get(3), UTF_8)).isEqualTo(large + "b");
        });
  }

  @Test
  void stringsOfAllLengthsAroundTheBuffersEnd() {
    int count = 20_000;
    BlockBytes block = BlockBytes.column("String", count);
    for (int i = 0; i < count; i++) {
      block.text("x".repeat(i % 200) + i);
    }
    read(
        "String",
        block,
        vector -> {
          for (int i = 0; i < count; i++) {
            assertThat(new String(((VarCharVector) vector).get(i), UTF_8))
                .isEqualTo("x".repeat(i % 200) + i);
          }
        });
  }

  @Test
  void blocksWithoutRowsAreSkipped() {
    byte[] empty = BlockBytes.column("Int64", 0).bytes();
    byte[] one = BlockBytes.column("Int64", 1).int64(7).bytes();
    var answer =
        new SequenceInputStream(
            new ByteArrayInputStream(empty),
            new SequenceInputStream(
                new ByteArrayInputStream(one), new ByteArrayInputStream(empty)));
    try (var reader = reader("Int64", answer)) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.rows().getRowCount()).isEqualTo(1);
      assertThat(reader.next()).isFalse();
    }
  }

  @Test
  void floatsKeepEveryBit() {
    read(
        "Float32",
        BlockBytes.column("Float32", 3).int32(0x80000000).int32(0x7fc00001).int32(0xff800000),
        vector -> {
          var floats = (Float4Vector) vector;
          assertThat(Float.floatToRawIntBits(floats.get(0))).isEqualTo(0x80000000);
          assertThat(Float.floatToRawIntBits(floats.get(1))).isEqualTo(0x7fc00001);
          assertThat(Float.floatToRawIntBits(floats.get(2))).isEqualTo(0xff800000);
        });
    read(
        "Float64",
        BlockBytes.column("Float64", 2).int64(Long.MIN_VALUE, 0x7ff8000000000123L),
        vector -> {
          var floats = (Float8Vector) vector;
          assertThat(Double.doubleToRawLongBits(floats.get(0))).isEqualTo(Long.MIN_VALUE);
          assertThat(Double.doubleToRawLongBits(floats.get(1))).isEqualTo(0x7ff8000000000123L);
        });
  }

  @ParameterizedTest
  @CsvSource({"1,100", "2,10", "3,1", "4,100", "5,10", "6,1", "7,100", "8,10", "9,1", "0,1"})
  void ticksOfEveryLengthBecomeTheNextFinerUnit(int decimals, int factor) {
    String instants = "DateTime64(%d, 'UTC')".formatted(decimals);
    read(
        instants,
        BlockBytes.column(instants, 2).int64(123, -123),
        vector -> {
          assertThat(((TimeStampVector) vector).get(0)).isEqualTo(123L * factor);
          assertThat(((TimeStampVector) vector).get(1)).isEqualTo(-123L * factor);
        });
    String spans = "Time64(%d)".formatted(decimals);
    read(
        spans,
        BlockBytes.column(spans, 1).int64(-5),
        vector ->
            assertThat(vector.getDataBuffer().getLong(0))
                .as(((DurationVector) vector).getUnit().toString())
                .isEqualTo(-5L * factor));
  }

  @Test
  void anInstantBeyondNanosecondsIsRefusedUnlessItIsNull() {
    String type = "DateTime64(8, 'UTC')";
    fails(
        type,
        BlockBytes.column(type, 2).int64(1, Long.MAX_VALUE / 10 + 1).bytes(),
        Category.DATA,
        "row 2 of the block",
        "922337203685477581 ticks");
    String nullable = "Nullable(%s)".formatted(type);
    read(
        nullable,
        BlockBytes.column(nullable, 2).int8(0, 1).int64(1, Long.MAX_VALUE),
        vector -> assertThat(vector.isNull(1)).isTrue());
  }

  @Test
  void aDecimalWithMoreDigitsThanItsTypeIsRefused() {
    fails(
        "Decimal(3, 1)",
        BlockBytes.column("Decimal(3, 1)", 2).int32(-999).int32(1000).bytes(),
        Category.DATA,
        "row 2",
        "the digits 1000 are more than the 3");
    fails(
        "Decimal(20, 0)",
        BlockBytes.column("Decimal(20, 0)", 1).int64(0x6bc75e2d63100000L, 5).bytes(), // 10^20
        Category.DATA,
        "100000000000000000000");
    read(
        "Decimal(20, 0)",
        BlockBytes.column("Decimal(20, 0)", 1).int64(0x6bc75e2d630fffffL, 5),
        vector -> assertThat(vector.getObject(0)).hasToString("99999999999999999999"));
  }

  private static BlockBytes keys(int rows, int... indices) {
    return BlockBytes.column("LowCardinality(String)", rows)
        .int64(1, 0x600, 3)
        .text("")
        .text("one")
        .text("two")
        .int64(rows)
        .int8(indices);
  }

  @Test
  void fewKeysStayADictionaryAndManyDoNot() {
    int[] indices = new int[12];
    indices[11] = 2;
    try (var reader = reader("LowCardinality(String)", Answers.whole(keys(12, indices).bytes()))) {
      reader.next();
      assertThat(reader.rows().getVector(0)).isInstanceOf(UInt1Vector.class);
      long id = reader.rows().getVector(0).getField().getDictionary().getId();
      FieldVector dictionary = reader.dictionaries().lookup(id).getVector();
      assertThat(dictionary.getObject(2)).hasToString("two");
    }
    read(
        "LowCardinality(String)",
        keys(11, new int[11]),
        vector -> assertThat(vector).isInstanceOf(VarCharVector.class));
  }

  @Test
  void anIndexBeyondItsDictionaryIsAnError() {
    fails(
        "LowCardinality(String)",
        keys(12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0).bytes(),
        Category.DATA,
        "index 3 into a dictionary of 3 keys");
  }

  @Test
  void aDictionaryOfAnotherKindIsAnError() {
    BlockBytes version = BlockBytes.column("LowCardinality(String)", 1).int64(2);
    fails("LowCardinality(String)", version.bytes(), Category.DATA, "version", "2 instead of 1");
    for (long flags : new long[] {0x700, 0x400, 0x603, 0x6ff}) {
      BlockBytes global = BlockBytes.column("LowCardinality(String)", 1).int64(1, flags);
      fails("LowCardinality(String)", global.bytes(), Category.DATA, "flags");
    }
  }

  @Test
  void oneKeyThatUnfoldsBeyondTheLimitIsRefusedBeforeMemoryIsTaken() {
    BlockBytes block =
        BlockBytes.column("Array(LowCardinality(String))", 1)
            .int64(1, 100_000)
            .int64(0x600, 1)
            .text("x".repeat(10_000))
            .int64(100_000)
            .raw(new byte[100_000]);
    fails(
        "Array(LowCardinality(String))",
        block.bytes(),
        Category.DATA,
        "would take more than",
        "max_block_size");
    assertThat(allocator.getPeakMemoryAllocation()).isLessThan(1 << 20);
  }

  @Test
  void anEnumWithoutALabelIsAnErrorUnlessItIsNull() {
    String type = "Enum8('a' = 1, 'b' = 2)";
    fails(type, BlockBytes.column(type, 2).int8(1, 3).bytes(), Category.DATA, "no label for 3");
    String nullable = "Nullable(%s)".formatted(type);
    read(
        nullable,
        BlockBytes.column(nullable, 2).int8(0, 1).int8(2, 0),
        vector -> {
          assertThat(vector.getObject(0)).hasToString("b");
          assertThat(vector.isNull(1)).isTrue();
        });
  }

  @Test
  void aNullMapOfOtherThanBitsIsAnError() {
    fails(
        "Nullable(Int8)",
        BlockBytes.column("Nullable(Int8)", 9).int8(0, 0, 0, 0, 2, 0, 0, 0, 0).bytes(),
        Category.DATA,
        "0 or 1");
  }

  @Test
  void listsThatEndBeforeTheyBeginAreAnError() {
    fails(
        "Array(Int8)",
        BlockBytes.column("Array(Int8)", 2).int64(2, 1).int8(1, 2).bytes(),
        Category.DATA,
        "end at element 1 after 2");
    fails(
        "Array(Int8)",
        BlockBytes.column("Array(Int8)", 1).int64(-1).bytes(),
        Category.DATA,
        "end at element -1");
  }

  @Test
  void anErrorNamesTheVeryElement() {
    String type = "Array(Tuple(a Int8, b String))";
    BlockBytes block =
        BlockBytes.column(type, 3).int64(1, 1, 3).int8(1, 2, 3).text("ok").text("ok").varint(1);
    fails(
        type,
        block.int8(0xff).bytes(),
        Category.DATA,
        "column v[2].b (Array(Tuple(`a` Int8, `b` String))), row 3 of the block: the bytes ff");
  }

  @Test
  void anotherNumberOfColumnsIsAnError() {
    fails("Int8", BlockBytes.block(2, 1).bytes(), Category.DATA, "it has 2 columns instead of 1");
    fails("Int8", BlockBytes.block(0, 0).bytes(), Category.DATA, "0 columns");
  }

  @Test
  void anotherNameAndAnotherTypeAreErrors() {
    fails(
        "Int8",
        BlockBytes.block(1, 1).header("w", "Int8").int8(1).bytes(),
        Category.DATA,
        "column v",
        "a column \"w\" there");
    fails(
        "Int8",
        BlockBytes.column("UInt8", 1).int8(1).bytes(),
        Category.DATA,
        "column v (Int8)",
        "as \"UInt8\"");
  }

  @Test
  void aTypeThatNobodyKnowsIsRefusedByName() {
    for (String type : List.of("Future(3)", "Array(Nullable(Future(3)))", "QBit(Float32, 8)")) {
      assertThatThrownBy(() -> ColumnType.of("v", type))
          .isInstanceOf(MillraceException.class)
          .hasMessageContainingAll("column v", type.contains("Future") ? "Future(3)" : "QBit");
    }
    fails("Int8", BlockBytes.column("Future(3)", 1).int8(1).bytes(), Category.DATA, "Future(3)");
  }

  @Test
  void theTypeMayChangeAfterTheFirstBlockOnlyIntoAnError() {
    var answer =
        new SequenceInputStream(
            new ByteArrayInputStream(BlockBytes.column("Int8", 1).int8(1).bytes()),
            new ByteArrayInputStream(BlockBytes.column("Int16", 1).int8(1, 1).bytes()));
    fails("Int8", answer, Category.DATA, "block 2", "after 1 rows");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UInt64",
        "Nullable(UInt64)",
        "String",
        "Array(Int8)",
        "Tuple(Int8, Int8)",
        "Bool",
        "UUID",
        "Decimal(76, 0)",
        "LowCardinality(String)",
        "Enum8('a' = 1)",
        "IPv6",
        "Nothing",
        "UInt256"
      })
  void moreRowsThanBytesTakeNoMemory(String type) {
    ColumnType column = ColumnType.of("v", type);
    for (long rows : new long[] {1_000_000, 60_000_000, Integer.MAX_VALUE - 64}) {
      byte[] answer = BlockBytes.column(column.declared().toString(), rows).bytes();
      try (var reader = reader(type, Answers.whole(answer))) {
        assertThatThrownBy(reader::next).isInstanceOf(MillraceException.class);
      }
    }
    assertThat(allocator.getPeakMemoryAllocation()).isLessThan(4 << 20);
  }

  @Test
  void aNumberWithoutEndIsAnError() {
    byte[] nines = new byte[20];
    Arrays.fill(nines, (byte) 0xff);
    fails("Int8", nines, Category.DATA, "longer than 9 bytes");
  }

  private static final String OLD =
      "Code: 395. DB::Exception: Value passed to 'throwIf' function is non-zero. (X) (version"
          + " 26.7)";

  @Test
  void theServersExceptionInPlaceOfABlockIsToldInItsWords() {
    fails(
        "Int64",
        BlockBytes.column("Int64", 2).int64(1, 2).raw(OLD.getBytes(UTF_8)).bytes(),
        Category.SOURCE,
        "block 2",
        "after 2 rows",
        OLD);
  }

  @Test
  void newerServersMarkIt() {
    String marked =
        "\r\n__exception__\r\nabcdefgh\r\n" + OLD + "\r\n98 abcdefgh\r\n__exception__\r\n";
    fails(
        "Int64",
        Answers.dribbled(
            BlockBytes.column("Int64", 2).int64(1, 2).raw(marked.getBytes(UTF_8)).bytes()),
        Category.SOURCE,
        "the server says: __exception__",
        OLD);
  }

  @Test
  void anExceptionInTheMiddleOfABlockIsFoundToo() {
    fails(
        "Array(String)",
        BlockBytes.column("Array(String)", 3).int64(1).raw(OLD.getBytes(UTF_8)).bytes(),
        Category.SOURCE,
        OLD);
  }

  @Test
  void anAnswerThatBreaksOffIsAnError() {
    byte[] whole = BlockBytes.column("Nullable(Int64)", 2).int8(0, 1).int64(1, 2).bytes();
    for (int length = 1; length < whole.length; length++) {
      fails(
          "Nullable(Int64)",
          new ByteArrayInputStream(whole, 0, length),
          Category.SOURCE,
          "ends in the middle of a block");
    }
    fails(
        "Nullable(Int64)",
        new SequenceInputStream(new ByteArrayInputStream(whole), Answers.brokenOff()),
        Category.SOURCE,
        "broke off: Connection reset");
  }

  /** A client that asks for a later version gets this before each block. */
  @Test
  void aBlockOfALaterProtocolVersionIsAnError() {
    BlockBytes info = new BlockBytes().int8(1, 0, 2).int32(-1).int8(0).varint(1).varint(1);
    fails("Int8", info.header("v", "Int8").int8(0, 7).bytes(), Category.DATA, "column v", "there");
  }

  @Test
  void anEmptyAnswerHasNoRows() {
    try (var reader = reader("Int8", InputStream.nullInputStream())) {
      assertThat(reader.next()).isFalse();
      assertThat(reader.rowCount()).isZero();
    }
  }
}
