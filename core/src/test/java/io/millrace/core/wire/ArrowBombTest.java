package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.google.flatbuffers.FlatBufferBuilder;
import io.millrace.core.MillraceException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Struct_;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small records that claim to be very large, in ways that no writer of ours would: refused before
 * the memory is taken that they ask for.
 */
class ArrowBombTest {
  private static final String TOO_MUCH =
      "it takes more than the 268435456 bytes that are allowed once decoded";
  private static final String UNFOLDS = "its schema unfolds to more than it has bytes for";

  /** What a value may take, and a little of what makes it. */
  private final BufferAllocator allocator = new RootAllocator(300 << 20);

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  @Test
  void fieldsWithinFieldsThatAreTheSame() {
    var builder = new FlatBufferBuilder();
    int field = struct(builder, 0, new int[0], 0);
    for (int level = 0; level < 10; level++) {
      int[] hundred = IntStream.iterate(field, same -> same).limit(100).toArray();
      field = struct(builder, 0, hundred, 0);
    }
    byte[] value = schema(builder, field);

    assertThat(value).hasSizeLessThan(10_000);
    assertRefused(value, UNFOLDS);
  }

  @Test
  void textsThatAreTheSame() {
    var builder = new FlatBufferBuilder();
    int text = builder.createString("x".repeat(10_000));
    int[] fields =
        IntStream.range(0, 1_000).map(i -> struct(builder, text, new int[0], 0)).toArray();
    assertRefused(schema(builder, fields), UNFOLDS);
  }

  @Test
  void metadataThatIsTheSame() {
    var builder = new FlatBufferBuilder();
    int text = builder.createString("x".repeat(10_000));
    int entry = KeyValue.createKeyValue(builder, text, text);
    int[] entries = IntStream.iterate(entry, same -> same).limit(1_000).toArray();
    int metadata = org.apache.arrow.flatbuf.Field.createCustomMetadataVector(builder, entries);
    assertRefused(schema(builder, struct(builder, 0, new int[0], metadata)), UNFOLDS);
  }

  @Test
  void zonesThatAreTheSame() {
    var builder = new FlatBufferBuilder();
    int zone = builder.createString("x".repeat(10_000));
    int type = Timestamp.createTimestamp(builder, org.apache.arrow.flatbuf.TimeUnit.SECOND, zone);
    int children = org.apache.arrow.flatbuf.Field.createChildrenVector(builder, new int[0]);
    int[] fields =
        IntStream.range(0, 1_000)
            .map(i -> field(builder, 0, Type.Timestamp, type, children, 0))
            .toArray();
    assertRefused(schema(builder, fields), UNFOLDS);
  }

  @Test
  void aSchemaAsDeepAsAllowedAndOneDeeper() {
    try (VectorSchemaRoot batch = decode(new ArrowCodec().encode(nested(100)))) {
      assertThat(batch.getRowCount()).isZero();
    }
    assertRefused(
        new ArrowCodec().encode(nested(101)), "its fields lie more than 100 deep in each other");
  }

  private static Schema nested(int depth) {
    Field field = Field.nullable("leaf", ArrowType.Bool.INSTANCE);
    for (int i = 1; i < depth; i++) {
      field = new Field("s", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(field));
    }
    return new Schema(List.of(field));
  }

  @Test
  void manyBuffersAtOnePlace() {
    byte[] frame = Zstd.compress(new byte[8 << 20]);
    byte[] body = new byte[8 + frame.length];
    IpcStream.over(body).putLong(8 << 20).put(frame);
    long[] numbers = {0, 0, 0, body.length};
    byte[] value =
        numbers(64, 1 << 20, repeated(new long[] {1 << 20, 0}, 64), repeated(numbers, 64), body);

    assertThat(value).hasSizeLessThan(20_000);
    assertRefused(value, TOO_MUCH);
  }

  @Test
  void rowsThatTakeNoBytes() {
    var nothing = new Schema(List.of(Field.nullable("n", ArrowType.Null.INSTANCE)));
    var struct = new Schema(List.of(Field.nullable("s", ArrowType.Struct.INSTANCE)));
    long rows = Integer.MAX_VALUE;
    assertRefused(
        value(nothing, rows, new long[] {rows, rows}, new long[0], new byte[0]), TOO_MUCH);
    assertRefused(value(struct, rows, new long[] {rows, 0}, new long[2], new byte[0]), TOO_MUCH);
    assertRefused(
        value(new Schema(List.of()), rows, new long[0], new long[0], new byte[0]), TOO_MUCH);
    assertRefused(
        value(new Schema(List.of()), -1, new long[0], new long[0], new byte[0]),
        "it announces -1 rows");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 1L << 31, 1L << 32, 1L << 62, Long.MAX_VALUE})
  void countsAndPlacesThatNothingHas(long absurd) {
    byte[] body = new byte[800];
    long[] node = {100, 0};
    long[] places = {0, 0, 0, 800};
    decode(numbers(1, 100, node, places, body)).close();

    assertRefused(numbers(1, absurd, node, places, body), "");
    assertRefused(numbers(1, 100, new long[] {absurd, 0}, places, body), "");
    assertRefused(numbers(1, 100, new long[] {100, absurd}, places, body), "");
    for (int i = 0; i < places.length; i++) {
      long[] other = places.clone();
      other[i] = absurd;
      assertRefused(numbers(1, 100, node, other, body), "a buffer lies outside its body");
    }
  }

  @Test
  void aTextThatManyRowsName() {
    Long[] indices = Collections.nCopies(300, 0L).toArray(Long[]::new);
    byte[] value;
    try (var rows =
        new DictionaryRows(allocator)
            .texts(5, DictionaryRows.BYTE, "x".repeat(1 << 20))
            .column("color", 5, indices)) {
      value = rows.encoded();
    }
    assertThat(value).hasSizeLessThan(2_000);
    assertRefused(value, TOO_MUCH);
  }

  private static long[] repeated(long[] part, int times) {
    long[] all = new long[part.length * times];
    Arrays.setAll(all, i -> part[i % part.length]);
    return all;
  }

  private static int struct(FlatBufferBuilder builder, int name, int[] children, int metadata) {
    int vector = org.apache.arrow.flatbuf.Field.createChildrenVector(builder, children);
    Struct_.startStruct_(builder);
    int type = Struct_.endStruct_(builder);
    return field(builder, name, Type.Struct_, type, vector, metadata);
  }

  private static int field(
      FlatBufferBuilder builder, int name, byte typeType, int type, int children, int metadata) {
    return org.apache.arrow.flatbuf.Field.createField(
        builder, name, /* nullable= */ true, typeType, type, 0, children, metadata);
  }

  /** A value of this schema alone. */
  private static byte[] schema(FlatBufferBuilder builder, int... fields) {
    int vector = org.apache.arrow.flatbuf.Schema.createFieldsVector(builder, fields);
    int schema =
        org.apache.arrow.flatbuf.Schema.createSchema(
            builder, org.apache.arrow.flatbuf.Endianness.Little, vector, 0, 0);
    return framed(message(builder, MessageHeader.Schema, schema, 0), new byte[0], new byte[0]);
  }

  /** A value with columns of 8 byte integers, compressed if the body is of one zstd buffer. */
  private static byte[] numbers(int columns, long rows, long[] nodes, long[] places, byte[] body) {
    var fields =
        IntStream.range(0, columns)
            .mapToObj(i -> Field.nullable("c" + i, new ArrowType.Int(64, true)))
            .toList();
    return value(new Schema(fields), rows, nodes, places, body);
  }

  /**
   * A value with one record batch.
   *
   * @param nodes length and null count of each
   * @param places offset and length of each buffer
   */
  private static byte[] value(Schema schema, long rows, long[] nodes, long[] places, byte[] body) {
    var builder = new FlatBufferBuilder();
    RecordBatch.startNodesVector(builder, nodes.length / 2);
    for (int i = nodes.length - 2; i >= 0; i -= 2) {
      FieldNode.createFieldNode(builder, nodes[i], nodes[i + 1]);
    }
    int nodeVector = builder.endVector();
    RecordBatch.startBuffersVector(builder, places.length / 2);
    for (int i = places.length - 2; i >= 0; i -= 2) {
      Buffer.createBuffer(builder, places[i], places[i + 1]);
    }
    int bufferVector = builder.endVector();
    boolean plain = body.length % 100 == 0;
    int compression =
        plain ? 0 : BodyCompression.createBodyCompression(builder, CompressionType.ZSTD, (byte) 0);
    int batch =
        RecordBatch.createRecordBatch(builder, rows, nodeVector, bufferVector, compression, 0);
    byte[] start = new ArrowCodec().encode(schema);
    return framed(
        message(builder, MessageHeader.RecordBatch, batch, body.length),
        Arrays.copyOf(start, start.length - IpcStream.END),
        body);
  }

  private static ByteBuffer message(FlatBufferBuilder builder, byte type, int header, long body) {
    builder.finish(Message.createMessage(builder, MetadataVersion.V5, type, header, body, 0));
    return builder.dataBuffer();
  }

  private static byte[] framed(ByteBuffer metadata, byte[] before, byte[] body) {
    byte[] value =
        new byte[before.length + IpcStream.framed(metadata) + body.length + IpcStream.END];
    ByteBuffer out = IpcStream.over(value).put(before);
    IpcStream.putMetadata(out, metadata);
    IpcStream.putEnd(out.put(body));
    return value;
  }

  private VectorSchemaRoot decode(byte[] value) {
    return ArrowCodec.decode(ByteBuffer.wrap(value), allocator);
  }

  private void assertRefused(byte[] value, String reason) {
    assertThatThrownBy(() -> decode(value))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.category()).isEqualTo(MillraceException.Category.DATA))
        .hasMessageEndingWith(reason);
    assertThat(allocator.getAllocatedMemory()).isZero();
  }
}
