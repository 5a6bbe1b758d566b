package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.stage.SampleRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes of dictionaries and indices are: rows that can be read, or a clear error. */
class DictionaryDamageTest {
  private static final String COLOR = "column color: Utf8[dictionary: 5]";

  private final BufferAllocator allocator = new RootAllocator(16 << 20);

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  @ParameterizedTest
  @CsvSource({
    "8, true, 3, 3",
    "8, true, -1, -1",
    "8, false, -1, 255",
    "16, true, -32768, -32768",
    "32, true, -1, -1",
    "32, false, -1, 4294967295",
    "64, true, 4294967296, 4294967296",
    "64, false, -1, 18446744073709551615"
  })
  void indicesBeyondTheDictionary(int bits, boolean signed, long index, String named) {
    try (var rows = colors(new ArrowType.Int(bits, signed), 0L, index)) {
      assertRefused(
          rows.encoded(), "%s has index %s into a dictionary of 3 values".formatted(COLOR, named));
    }
  }

  @Test
  void dictionariesThatAreMissingOrTooMany() {
    List<byte[]> parts = messages(sample());
    byte[] schema = parts.get(0);
    byte[] dictionary = parts.get(1);
    byte[] batch = parts.get(2);
    byte[] foreign;
    try (var other =
        new DictionaryRows(allocator).texts(6, DictionaryRows.BYTE, "?").column("c", 6, 0L)) {
      foreign = messages(other.encoded()).get(1);
    }

    assertThat(parts).hasSize(3);
    assertRefused(stream(schema, batch), "the dictionary of %s is missing".formatted(COLOR));
    assertRefused(stream(schema, dictionary, dictionary, batch), "dictionary 5 comes twice");
    assertRefused(stream(schema, dictionary, foreign, batch), "no column has dictionary 6");
    assertRefused(
        stream(schema, dictionary, batch, dictionary), "a message follows its record batch");
    assertRefused(stream(schema, batch, dictionary), "a message follows its record batch");
    assertRefused(stream(dictionary, schema, batch), "its first message is no schema");
    assertRefused(
        stream(schema, dictionary, schema), "the message after its schema is no record batch");
    try (VectorSchemaRoot noRows = decode(stream(schema, dictionary))) {
      assertThat(noRows.getRowCount()).isZero();
    }
  }

  @Test
  void aDictionaryInParts() {
    List<byte[]> parts = messages(sample());
    try (var rows = colors(DictionaryRows.BYTE, 0L);
        var packed =
            BatchWriter.pack(
                List.of(rows.dictionaries.lookup(5).getVector()), 3, new BufferWorth())) {
      byte[] delta =
          written(
              channel ->
                  MessageSerializer.serialize(channel, new ArrowDictionaryBatch(5, packed, true)));

      assertRefused(
          stream(parts.get(0), parts.get(1), delta, parts.get(2)), "dictionary 5 comes in parts");
    }
  }

  @Test
  void oneDictionaryOfTwoTypes() {
    var encoding = new DictionaryEncoding(5, false, DictionaryRows.BYTE);
    var text = new Field("t", new FieldType(true, ArrowType.Utf8.INSTANCE, encoding), null);
    var flag = new Field("f", new FieldType(true, ArrowType.Bool.INSTANCE, encoding), null);
    byte[] schema =
        written(channel -> MessageSerializer.serialize(channel, new Schema(List.of(text, flag))));

    assertRefused(stream(schema), "dictionary 5 would have the values of both t: Utf8 and f: Bool");
  }

  @Test
  void aLargeTextNamedOften() {
    Long[] indices = Collections.nCopies(1 << 16, 0L).toArray(Long[]::new);
    try (var rows =
        new DictionaryRows(allocator)
            .texts(5, DictionaryRows.BYTE, "x".repeat(1 << 16))
            .column("color", 5, indices)) {
      byte[] value = rows.encoded();

      assertThat(value).hasSizeLessThan(2000);
      assertThatThrownBy(() -> decode(value))
          .isInstanceOf(MillraceException.class)
          .hasMessageEndingWith(COLOR + " needs 2147483648 bytes once decoded");
    }
  }

  @Test
  void truncatedAtAnyLength() {
    byte[] value = sample();
    for (int length = 0; length < value.length; length++) {
      byte[] torn = Arrays.copyOf(value, length);
      assertThatThrownBy(() -> decode(torn))
          .as("%d of %d bytes", length, value.length)
          .isInstanceOf(MillraceException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void oneBitFlippedInAnyByte(long seed) {
    for (byte[] value : List.of(sample(), nested())) {
      var random = new SplittableRandom(seed);
      int refused = 0;
      for (int at = 0; at < value.length; at++) {
        byte bit = (byte) (1 << random.nextInt(8));
        value[at] ^= bit;
        refused += refusedOrReadable(value, "seed %d, bit %d of byte %d".formatted(seed, bit, at));
        value[at] ^= bit;
      }
      assertThat(refused).isGreaterThan(200);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void manyBytesOverwritten(long seed) {
    byte[] whole = nested();
    var random = new SplittableRandom(seed);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] value = whole.clone();
      for (int k = random.nextInt(1, 5); k > 0; k--) {
        value[random.nextInt(value.length)] = (byte) (random.nextBoolean() ? -1 : random.nextInt());
      }
      refused += refusedOrReadable(value, "seed %d, case %d".formatted(seed, i));
    }
    assertThat(refused).isGreaterThan(1000);
  }

  /** 1 if the value was refused, 0 if every value of its rows could be read. */
  private int refusedOrReadable(byte[] value, String what) {
    try (VectorSchemaRoot batch = decode(value)) {
      SampleRows.texts(batch);
      return 0;
    } catch (MillraceException e) {
      assertThat(e.category()).isEqualTo(MillraceException.Category.DATA);
      return 1;
    } catch (Throwable e) {
      throw new AssertionError(what, e);
    } finally {
      assertThat(allocator.getAllocatedMemory()).as(what).isZero();
    }
  }

  private DictionaryRows colors(ArrowType.Int indexType, Long... indices) {
    return new DictionaryRows(allocator)
        .texts(5, indexType, "red", null, "green")
        .column("color", 5, indices);
  }

  private byte[] sample() {
    try (var rows = colors(DictionaryRows.BYTE, 0L, 1L, null, 2L, 0L)) {
      return rows.encoded();
    }
  }

  /** Lists of structs as values of a dictionary, with nothing compressed. */
  private byte[] nested() {
    try (VectorSchemaRoot values = ArrowCodecTest.nested(allocator, 12)) {
      var rows = new DictionaryRows(allocator);
      rows.dictionary(1, DictionaryRows.BYTE, values.getVector("pairs"))
          .column("p", 1, 11L, 2L, null);
      rows.dictionary(2, DictionaryRows.BYTE, values.getVector("words"))
          .column("w", 2, 8L, null, 5L);
      try {
        return rows.writtenByArrow();
      } finally {
        rows.columns.forEach(column -> column.close());
      }
    }
  }

  /** The messages of a record value, without its end. */
  private static List<byte[]> messages(byte[] value) {
    var parts = new ArrayList<byte[]>();
    int at = 0;
    while (at < value.length - IpcStream.END) {
      int metadata = IpcStream.over(value).getInt(at + 4);
      var message =
          org.apache.arrow.flatbuf.Message.getRootAsMessage(
              ByteBuffer.wrap(value, at + 8, metadata).slice());
      int end = at + 8 + metadata + (int) message.bodyLength();
      parts.add(Arrays.copyOfRange(value, at, end));
      at = end;
    }
    return parts;
  }

  private static byte[] stream(byte[]... messages) {
    var out = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      out.writeBytes(message);
    }
    byte[] end = new byte[IpcStream.END];
    IpcStream.putEnd(IpcStream.over(end));
    out.writeBytes(end);
    return out.toByteArray();
  }

  private interface Written {
    void to(WriteChannel channel) throws IOException;
  }

  private static byte[] written(Written written) {
    var out = new ByteArrayOutputStream();
    try {
      written.to(new WriteChannel(Channels.newChannel(out)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private VectorSchemaRoot decode(byte[] value) {
    return ArrowCodec.decode(ByteBuffer.wrap(value), allocator);
  }

  private void assertRefused(byte[] value, String reason) {
    long before = allocator.getAllocatedMemory();
    assertThatThrownBy(() -> decode(value))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.category()).isEqualTo(MillraceException.Category.DATA))
        .hasMessage(
            "Cannot read %d bytes as a batch in Arrow IPC format: %s", value.length, reason);
    assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
  }
}
