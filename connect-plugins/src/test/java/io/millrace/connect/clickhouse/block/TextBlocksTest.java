package io.millrace.connect.clickhouse.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.core.MillraceException;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves as utf8 is UTF-8, and addresses are written as everybody writes them. */
class TextBlocksTest {
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  private NativeBlockReader reader(BlockBytes block, String type) {
    return new NativeBlockReader(
        List.of(ColumnType.of("v", type)),
        Answers.whole(block.bytes()),
        allocator,
        NativeBlockReader.LARGEST_BLOCK);
  }

  private static BlockBytes string(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return BlockBytes.column("String", 2).text("é").varint(bytes.length).raw(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "f0908080", "f48fbfbf"})
  void charactersOfEveryLength(String hex) {
    try (var reader = reader(string(hex), "String")) {
      assertThat(reader.next()).isTrue();
      assertThat(((VarCharVector) reader.rows().getVector(0)).get(1))
          .isEqualTo(HexFormat.of().parseHex(hex));
    }
  }

  /** Overlong, half a surrogate, beyond Unicode, cut, without a beginning, no byte of UTF-8. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "c080",
        "c1bf",
        "e09fbf",
        "eda080",
        "edbfbf",
        "f08fbfbf",
        "f4908080",
        "c3",
        "e282",
        "f09f98",
        "80",
        "bf",
        "61c3",
        "fe",
        "ff",
        "f5808080",
        "c361"
      })
  void bytesThatAreNoUtf8AreRefused(String hex) {
    try (var reader = reader(string(hex), "String")) {
      assertThatThrownBy(reader::next)
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("row 2 of the block: the bytes %s are not UTF-8", hex);
    }
  }

  /** The texts are those of the C library's inet_ntop. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "00000000000000000000000000000000|::",
        "00000000000000000000000000000001|::1",
        "00010000000000000000000000000000|1::",
        "00010000000000020000000000000003|1:0:0:2::3",
        "20010db8000000010001000100010001|2001:db8:0:1:1:1:1:1",
        "00000000000000000000000001020304|::1.2.3.4",
        "00000000000000000000ffff01020304|::ffff:1.2.3.4",
        "fe800000000000000000000000000001|fe80::1",
        "00010000000000000002000000000000|1::2:0:0:0",
        "ffffffffffffffffffffffffffffffff|ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "00000000000000000001000200030004|::1:2:3:4",
        "00010002000300040005000600000000|1:2:3:4:5:6::"
      })
  void addresses(String hex, String text) {
    BlockBytes block = BlockBytes.column("IPv6", 1).raw(HexFormat.of().parseHex(hex));
    try (var reader = reader(block, "IPv6")) {
      assertThat(reader.next()).isTrue();
      assertThat(new String(((VarCharVector) reader.rows().getVector(0)).get(0), UTF_8))
          .isEqualTo(text);
    }
  }
}
