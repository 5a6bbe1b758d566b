package io.millrace.core.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.millrace.core.MillraceException;
import io.millrace.core.stage.SampleRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowBodyCompression;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the bytes of a record are: rows that can be read to the last value, or a clear error; no
 * leak, and no more memory than such a record could need.
 */
class ArrowDamageTest {
  private static final byte ZSTD = CompressionUtil.CodecType.ZSTD.getType();
  private static final byte LZ4 = CompressionUtil.CodecType.LZ4_FRAME.getType();
  private static final byte PLAIN = CompressionUtil.CodecType.NO_COMPRESSION.getType();

  private static final byte[] NONE = new byte[0];
  private static final Schema ID =
      new Schema(List.of(Field.nullable("id", new ArrowType.Int(64, true))));

  private final BufferAllocator allocator = new RootAllocator(16 << 20);

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  @Test
  void truncatedAtAnyLength() {
    byte[] value = sample(20);
    for (int length = 0; length < value.length; length++) {
      byte[] torn = Arrays.copyOf(value, length);
      assertThatThrownBy(() -> decode(torn))
          .as("%d of %d bytes", length, value.length)
          .satisfies(ArrowDamageTest::isDataError);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void oneBitFlippedInAnyByte(long seed) {
    byte[] value = sample(20);
    var random = new SplittableRandom(seed);
    int refused = 0;
    for (int at = 0; at < value.length; at++) {
      byte bit = (byte) (1 << random.nextInt(8));
      value[at] ^= bit;
      refused += refusedOrReadable(value, "seed %d, bit %d of byte %d".formatted(seed, bit, at));
      value[at] ^= bit;
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void manyBytesOverwritten(long seed) {
    byte[] whole = sample(200);
    var random = new SplittableRandom(seed);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] value = whole.clone();
      for (int k = random.nextInt(1, 9); k > 0; k--) {
        int at = random.nextInt(4) == 0 ? random.nextInt(value.length) : random.nextInt(4000);
        value[at] = interesting(random);
      }
      refused += refusedOrReadable(value, "seed %d, case %d".formatted(seed, i));
    }
    assertThat(refused).isGreaterThan(100);
  }

  private static byte interesting(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> Byte.MIN_VALUE;
      default -> (byte) random.nextInt();
    };
  }

  /** 1 if the value was refused, 0 if every value of its rows could be read. */
  private int refusedOrReadable(byte[] value, String what) {
    try (VectorSchemaRoot batch = ArrowCodec.decode(ByteBuffer.wrap(value), allocator)) {
      SampleRows.texts(batch);
      return 0;
    } catch (MillraceException e) {
      isDataError(e);
      return 1;
    } catch (Throwable e) {
      throw new AssertionError(what, e);
    } finally {
      assertThat(allocator.getAllocatedMemory()).as(what).isZero();
    }
  }

  @Test
  void schemasWhoseOffsetsLeadAnywhere() {
    Field item = Field.nullable("item", ArrowType.Bool.INSTANCE);
    Field list = new Field("list", FieldType.nullable(ArrowType.List.INSTANCE), List.of(item));
    byte[] whole = new ArrowCodec().encode(new Schema(List.of(list)));
    int refused = 0;
    for (int from = 8; from < whole.length - 8; from += 4) {
      for (int to = 8; to < whole.length - 8; to += 4) {
        byte[] value = whole.clone();
        IpcStream.over(value).putInt(from, to - from);
        refused += refusedOrReadable(value, "byte %d leads to %d".formatted(from, to));
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void moreThanOneStreamOrBatchInARecord() {
    byte[] value = sample(20);
    byte[] twice = concat(value, value);
    byte[] batch =
        Arrays.copyOfRange(
            value, new ArrowCodec().encode(SampleRows.SCHEMA).length - 8, value.length - 8);
    byte[] twoBatches = concat(Arrays.copyOf(value, value.length - 8), batch, end(value));

    assertRefused(twice, "%d bytes follow its end".formatted(value.length));
    assertRefused(twoBatches, "a message follows its record batch");
  }

  @Test
  void noSchemaOrNoEnd() {
    byte[] value = sample(20);

    assertRefused(NONE, "no message at byte 0");
    assertRefused(frame(1 << 30), "1073741824 bytes announced where 0 are left");
    assertRefused("not Arrow at all".getBytes(US_ASCII), "no message at byte 4");
    assertRefused(end(value), "it ends before its schema");
    assertRefused(
        Arrays.copyOf(value, value.length - 8), "no message at byte " + (value.length - 8));
  }

  @Test
  void theSchemaOfATornRecordIsRefusedToo() {
    byte[] torn = Arrays.copyOf(sample(20), 100);

    assertThatThrownBy(() -> ArrowCodec.schema(ByteBuffer.wrap(torn)))
        .satisfies(ArrowDamageTest::isDataError)
        .hasMessageStartingWith("Cannot read 100 bytes as a batch in Arrow IPC format: ");
  }

  @Test
  void anAnnouncedLengthThatTheFrameDoesNotHold() {
    byte[] frame = Zstd.compress(new byte[800]);
    for (long announced : new long[] {801, 799, 1L << 40, Long.MAX_VALUE, -2, Long.MIN_VALUE}) {
      byte[] value = numbers(100, ZSTD, NONE, prefixed(announced, frame));

      assertRefused(
          value,
          "a compressed buffer of %d bytes cannot hold the %d it announces"
              .formatted(8 + frame.length, announced));
    }
  }

  @Test
  void aFrameThatAnnouncesMoreThanItCanHold() {
    for (long announced : new long[] {1 << 20, 1L << 31, 1L << 40}) {
      byte[] frame = new byte[20];
      ByteBuffer header = IpcStream.over(frame).putInt(0xfd2fb528).put((byte) 0b1110_0000);
      header.putLong(announced);
      byte[] value = numbers(100, ZSTD, NONE, prefixed(announced, frame));

      assertRefused(
          value,
          "a compressed buffer of 28 bytes cannot hold the %d it announces".formatted(announced));
    }
  }

  @Test
  void aBodyThatZstdRefuses() {
    byte[] frame = Zstd.compress(new byte[800]);
    frame[frame.length - 1] ^= 0x55;
    byte[] noFrame = new byte[100];

    assertThatThrownBy(() -> decode(numbers(100, ZSTD, NONE, prefixed(800, frame))))
        .satisfies(ArrowDamageTest::isDataError);
    assertThatThrownBy(() -> decode(numbers(100, ZSTD, NONE, prefixed(800, noFrame))))
        .satisfies(ArrowDamageTest::isDataError);
    assertRefused(numbers(100, ZSTD, NONE, new byte[7]), "a compressed buffer without its length");
  }

  @Test
  void aCodecOtherThanZstd() {
    assertRefused(
        numbers(1, LZ4, NONE, new byte[8]), "its body is neither plain nor compressed with ZSTD");
  }

  @Test
  void bodiesOfEveryKindThatAreWhole() {
    byte[] plain = new byte[800];
    plain[8] = 42;
    for (byte[] value :
        List.of(
            numbers(100, PLAIN, NONE, plain),
            numbers(100, ZSTD, NONE, prefixed(-1, plain)),
            numbers(100, ZSTD, prefixed(-1, ones(13)), prefixed(800, Zstd.compress(plain, 19))),
            numbers(100, ZSTD, prefixed(0, NONE), prefixed(800, Zstd.compress(plain))))) {
      try (VectorSchemaRoot batch = decode(value)) {
        assertThat(SampleRows.texts(batch)).hasSize(100).startsWith("0", "42", "0");
      }
    }
  }

  @Test
  void countsThatDoNotFit() {
    byte[] data = new byte[800];
    assertRefused(
        stream(ID, 101, List.of(new ArrowFieldNode(100, 0)), PLAIN, NONE, data),
        "column id: Int(64, true) has not the batch's 101 rows");
    assertRefused(
        stream(ID, 100, List.of(new ArrowFieldNode(100, 101)), PLAIN, NONE, data),
        "column id: Int(64, true) has 101 nulls in 100 values");
    assertRefused(
        stream(ID, 101, List.of(new ArrowFieldNode(101, 0)), PLAIN, NONE, data),
        "column id: Int(64, true) has a buffer of 800 bytes where 808 are needed");
    assertRefused(
        stream(ID, 100, List.of(new ArrowFieldNode(100, 1)), PLAIN, new byte[12], data),
        "column id: Int(64, true) has a buffer of 12 bytes where 13 are needed");
    assertRefused(
        stream(ID, -1, List.of(new ArrowFieldNode(-1, -1)), PLAIN, NONE, data),
        "column id: Int(64, true) has -1 nulls in -1 values");
    assertRefused(
        stream(ID, 100, List.of(), PLAIN, NONE, data), "column id: Int(64, true) is missing");
    assertRefused(
        stream(ID, 100, List.of(new ArrowFieldNode(100, 0)), PLAIN, NONE), "a buffer is missing");
    assertRefused(
        stream(ID, 100, List.of(new ArrowFieldNode(100, 0)), PLAIN, NONE, data, data),
        "it has more buffers than its schema has columns for");
  }

  @Test
  void offsetsAstray() {
    Field name = Field.nullable("name", ArrowType.Utf8.INSTANCE);

    try (VectorSchemaRoot sound = decode(texts(name, 0, 2, 2, 5))) {
      assertThat(SampleRows.texts(sound)).hasSize(3);
    }
    assertRefused(texts(name, 0, 3, 2, 5), "column name: Utf8 has offsets astray");
    assertRefused(texts(name, -1, 2, 2, 5), "column name: Utf8 has offsets astray");
    assertRefused(
        texts(name, 0, 2, 2, 6), "column name: Utf8 has a buffer of 5 bytes where 6 are needed");
    assertRefused(
        texts(name, 0, 2, 2), "column name: Utf8 has a buffer of 12 bytes where 16 are needed");
  }

  @Test
  void sizesThatOverflow() {
    var large = new Schema(List.of(Field.nullable("large", ArrowType.LargeUtf8.INSTANCE)));
    byte[] offsets = new byte[16];
    IpcStream.over(offsets).putLong(0).putLong(1L << 61);
    var wide =
        new Schema(List.of(Field.nullable("wide", new ArrowType.FixedSizeBinary((1 << 29) + 1))));
    var node = List.of(new ArrowFieldNode(1, 0));

    assertRefused(
        stream(large, 1, node, PLAIN, NONE, offsets, NONE),
        "column large: LargeUtf8 has offsets astray");
    assertRefused(
        stream(wide, 1, node, PLAIN, NONE, new byte[8]),
        "column wide: FixedSizeBinary(536870913) has a buffer of 8 bytes where 536870913 are"
            + " needed");
  }

  @Test
  void aListThatPointsBeyondItsElements() {
    Field item = Field.nullable("item", new ArrowType.Int(32, true));
    Field list = new Field("list", FieldType.nullable(ArrowType.List.INSTANCE), List.of(item));
    byte[] value =
        stream(
            new Schema(List.of(list)),
            2,
            List.of(new ArrowFieldNode(2, 0), new ArrowFieldNode(3, 0)),
            PLAIN,
            NONE,
            ints(0, 1, 4),
            NONE,
            ints(7, 8, 9));

    assertRefused(
        value, "column list: List<item: Int(32, true)> has 3 values below it where 4 are needed");
  }

  @Test
  void typesThatAreNotOurs() {
    Field view = Field.nullable("v", ArrowType.Utf8View.INSTANCE);
    Field dictionary =
        new Field(
            "d",
            new FieldType(
                true, new ArrowType.Int(32, true), new DictionaryEncoding(1, false, null)),
            List.of());

    assertRefused(
        stream(new Schema(List.of(view)), 0, List.of(new ArrowFieldNode(0, 0)), PLAIN, NONE, NONE),
        "column v: Utf8View is no type of ours");
    assertRefused(
        stream(
            new Schema(List.of(dictionary)),
            0,
            List.of(new ArrowFieldNode(0, 0)),
            PLAIN,
            NONE,
            NONE),
        "the dictionary of column d: Int(32, true)[dictionary: 1] is missing");
  }

  private byte[] sample(int rows) {
    try (VectorSchemaRoot batch = SampleRows.of(allocator, 0, rows)) {
      return new ArrowCodec().encode(batch);
    }
  }

  private byte[] numbers(int rows, byte codec, byte[] validity, byte[] data) {
    return stream(ID, rows, List.of(new ArrowFieldNode(rows, 0)), codec, validity, data);
  }

  private byte[] texts(Field field, int... offsets) {
    var schema = new Schema(List.of(field));
    var nodes = List.of(new ArrowFieldNode(3, 0));
    return stream(schema, 3, nodes, PLAIN, NONE, ints(offsets), new byte[5]);
  }

  /** A record of these parts, whether they fit or not. */
  private byte[] stream(
      Schema schema, int rows, List<ArrowFieldNode> nodes, byte codec, byte[]... buffers) {
    var out = new ByteArrayOutputStream();
    var channel = new WriteChannel(Channels.newChannel(out));
    var copies = new ArrayList<ArrowBuf>();
    for (byte[] buffer : buffers) {
      copies.add(ZstdBuffer.copy(ByteBuffer.wrap(buffer), new DecodeMemory(allocator, 0)));
    }
    var compression = new ArrowBodyCompression(codec, (byte) 0);
    try (var batch = new ArrowRecordBatch(rows, nodes, copies, compression, null, true, false)) {
      MessageSerializer.serialize(channel, schema);
      MessageSerializer.serialize(channel, batch);
      channel.writeIntLittleEndian(-1);
      channel.writeIntLittleEndian(0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static byte[] prefixed(long length, byte[] frame) {
    byte[] packed = new byte[8 + frame.length];
    IpcStream.over(packed).putLong(length).put(frame);
    return packed;
  }

  /** The frame of a message that announces metadata of this length. */
  private static byte[] frame(int length) {
    byte[] bytes = new byte[8];
    IpcStream.over(bytes).putInt(-1).putInt(length);
    return bytes;
  }

  private static byte[] ints(int... values) {
    byte[] bytes = new byte[4 * values.length];
    IpcStream.over(bytes).asIntBuffer().put(values);
    return bytes;
  }

  private static byte[] ones(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) -1);
    return bytes;
  }

  private static byte[] end(byte[] value) {
    return Arrays.copyOfRange(value, value.length - 8, value.length);
  }

  private static byte[] concat(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private VectorSchemaRoot decode(byte[] value) {
    return ArrowCodec.decode(ByteBuffer.wrap(value), allocator);
  }

  private void assertRefused(byte[] value, String reason) {
    assertThatThrownBy(() -> decode(value))
        .satisfies(ArrowDamageTest::isDataError)
        .hasMessage(
            "Cannot read %d bytes as a batch in Arrow IPC format: %s", value.length, reason);
    assertThat(allocator.getAllocatedMemory()).isZero();
  }

  private static void isDataError(Throwable e) {
    assertThat(e)
        .asInstanceOf(InstanceOfAssertFactories.type(MillraceException.class))
        .extracting(MillraceException::category)
        .isEqualTo(MillraceException.Category.DATA);
  }
}
