package io.millrace.connect.clickhouse.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.core.MillraceException;
import io.millrace.core.wire.ArrowCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With {@code on_unrepresentable: null} a value that has no place in Arrow becomes NULL. */
class UnrepresentableTest {
  private static final byte[] NO_TEXT = {(byte) 0xff};
  private static final long ONE_BYTE_INDICES = 0x600;

  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  private NativeBlockReader reader(String type, BlockBytes block, Unrepresentable policy) {
    return new NativeBlockReader(
        List.of(ColumnType.of("v", type, policy)),
        Answers.whole(block.bytes()),
        allocator,
        NativeBlockReader.LARGEST_BLOCK);
  }

  /** As a record has them. */
  private void becomes(String type, BlockBytes block, String... texts) {
    try (var reader = reader(type, block, Unrepresentable.NULL)) {
      assertThat(reader.next()).isTrue();
      byte[] record = new ArrowCodec().encode(reader.rows(), reader.dictionaries());
      try (VectorSchemaRoot rows = ArrowCodec.decode(ByteBuffer.wrap(record), allocator)) {
        FieldVector vector = rows.getVector(0);
        assertThat(vector.getField())
            .isEqualTo(ColumnType.of("v", type, Unrepresentable.NULL).field());
        assertThat(IntStream.range(0, texts.length).mapToObj(i -> "" + vector.getObject(i)))
            .containsExactly(texts);
        assertThat(vector.getNullCount())
            .isEqualTo((int) Arrays.stream(texts).filter("null"::equals).count());
      }
      assertThat(reader.next()).isFalse();
    }
    assertThatThrownBy(
            () -> {
              try (var reader = reader(type, block, Unrepresentable.ERROR)) {
                reader.next();
              }
            })
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("on_unrepresentable");
  }

  private static BlockBytes texts(BlockBytes block) {
    return block.text("a").varint(1).raw(NO_TEXT).text("é");
  }

  @Test
  void aTextThatIsNotUtf8() {
    becomes("String", texts(BlockBytes.column("String", 3)), "a", "null", "é");
  }

  @Test
  void besideThoseThatAreNull() {
    BlockBytes block = BlockBytes.column("Nullable(String)", 3).int8(1, 0, 0);
    becomes("Nullable(String)", texts(block), "null", "null", "é");
  }

  @Test
  void oneOfAnArray() {
    BlockBytes block = BlockBytes.column("Array(String)", 2).int64(1, 3);
    try (var reader = reader("Array(String)", texts(block), Unrepresentable.NULL)) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.rows().getVector(0).getObject(0)).hasToString("[\"a\"]");
      assertThat(reader.rows().getVector(0).getObject(1)).hasToString("[null,\"é\"]");
    }
  }

  private static BlockBytes keys(int rows) {
    BlockBytes block =
        BlockBytes.column("LowCardinality(String)", rows).int64(1, ONE_BYTE_INDICES, 3);
    return texts(block).int64(rows);
  }

  @Test
  void aKeyOfADictionaryThatIsNotWorthwhile() {
    becomes("LowCardinality(String)", keys(4).int8(1, 0, 2, 1), "null", "a", "é", "null");
  }

  @Test
  void aKeyOfADictionaryThatIsKept() {
    BlockBytes block = keys(16);
    for (int i = 0; i < 4; i++) {
      block.int8(0, 1, 2, 1);
    }
    try (var reader = reader("LowCardinality(String)", block, Unrepresentable.NULL)) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.dictionaries().getDictionaryIds()).hasSize(1);
    }
    becomes(
        "LowCardinality(String)",
        block,
        IntStream.range(0, 4)
            .boxed()
            .flatMap(i -> List.of("a", "null", "é", "null").stream())
            .toArray(String[]::new));
  }

  @Test
  void aDecimalWithMoreDigitsThanItsType() {
    becomes(
        "Decimal(3, 1)",
        BlockBytes.column("Decimal(3, 1)", 3).int32(999).int32(1000).int32(-1000),
        "99.9",
        "null",
        "null");
    becomes(
        "Decimal(19, 0)",
        BlockBytes.column("Decimal(19, 0)", 2).int64(5, 0).int64(0, 1),
        "5",
        "null");
  }

  @Test
  void anInstantBeyondNanoseconds() {
    becomes(
        "DateTime64(8)",
        BlockBytes.column("DateTime64(8)", 2).int64(Long.MAX_VALUE / 10 + 1, 1),
        "null",
        "10");
  }

  @Test
  void typesWhoseValuesAllHaveAPlaceStayAsTheyAre() {
    for (String type : List.of("Int64", "UUID", "DateTime64(6)", "IPv4", "Enum8('a' = 1)")) {
      assertThat(ColumnType.of("v", type, Unrepresentable.NULL).field())
          .isEqualTo(ColumnType.of("v", type).field());
    }
  }

  @Test
  void theKeyOfAMapIsNeverNull() {
    byte[] key = "k".getBytes(UTF_8);
    BlockBytes block =
        BlockBytes.column("Map(String, Int8)", 1).int64(2).varint(1).raw(key).varint(1);
    assertThatThrownBy(
            () -> {
              BlockBytes whole = block.raw(NO_TEXT).int8(1, 2);
              try (var reader = reader("Map(String, Int8)", whole, Unrepresentable.NULL)) {
                reader.next();
              }
            })
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("UTF-8");
  }
}
