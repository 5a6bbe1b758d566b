package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.millrace.core.stage.SampleRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowCodecTest {
  private static final Field ITEM = Field.nullable("item", ArrowType.Utf8.INSTANCE);
  private static final Field PAIR =
      new Field(
          "pair",
          FieldType.nullable(ArrowType.Struct.INSTANCE),
          List.of(
              Field.nullable("left", new ArrowType.Int(32, true)),
              Field.nullable("right", ArrowType.Utf8.INSTANCE)));
  private static final Schema NESTED =
      new Schema(
          List.of(
              new Field("words", FieldType.nullable(ArrowType.List.INSTANCE), List.of(ITEM)),
              new Field("pairs", FieldType.nullable(ArrowType.List.INSTANCE), List.of(PAIR)),
              Field.nullable("nothing", ArrowType.Null.INSTANCE)));

  private final BufferAllocator allocator = new RootAllocator();
  private final ArrowCodec codec = new ArrowCodec();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 64, 5000})
  void everyTypeComesBackAsItWas(int rows) {
    try (VectorSchemaRoot batch = SampleRows.of(allocator, 0, rows);
        VectorSchemaRoot back = decode(codec.encode(batch))) {
      assertThat(back.getSchema()).isEqualTo(SampleRows.SCHEMA);
      assertThat(back.getRowCount()).isEqualTo(rows);
      assertThat(SampleRows.texts(back)).isEqualTo(SampleRows.texts(batch));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "3, 9", "8, 16", "17, 0", "63, 37"})
  void aSliceComesBackAsItsRowsAlone(int from, int length) {
    try (VectorSchemaRoot whole = SampleRows.of(allocator, 0, 100);
        VectorSchemaRoot slice = whole.slice(from, length);
        VectorSchemaRoot back = decode(codec.encode(slice))) {
      assertThat(SampleRows.texts(back))
          .isEqualTo(SampleRows.texts(whole).subList(from, from + length));
    }
  }

  @Test
  void listsStructsAndNullsComeBackAsTheyWere() {
    try (VectorSchemaRoot batch = nested(allocator, 50);
        VectorSchemaRoot slice = batch.slice(11, 30);
        VectorSchemaRoot back = decode(codec.encode(batch));
        VectorSchemaRoot backSlice = decode(codec.encode(slice))) {
      assertThat(SampleRows.texts(back)).isEqualTo(SampleRows.texts(batch));
      assertThat(SampleRows.texts(backSlice)).isEqualTo(SampleRows.texts(batch).subList(11, 41));
    }
  }

  static VectorSchemaRoot nested(BufferAllocator allocator, int rows) {
    VectorSchemaRoot root = VectorSchemaRoot.create(NESTED, allocator);
    var words = ((ListVector) root.getVector("words")).getWriter();
    var pairs = (ListVector) root.getVector("pairs");
    words.allocate();
    pairs.allocateNew();
    var pair = (StructVector) pairs.getDataVector();
    int inner = 0;
    for (int i = 0; i < rows; i++) {
      words.setPosition(i);
      if (i % 4 != 1) {
        words.startList();
        for (int k = 0; k < i % 3; k++) {
          words.writeVarChar("word %d/%d".formatted(i, k));
        }
        words.endList();
        pairs.startNewValue(i);
        for (int k = 0; k < i % 2; k++, inner++) {
          pair.setIndexDefined(inner);
          ((IntVector) pair.getChild("left")).setSafe(inner, i);
          ((VarCharVector) pair.getChild("right")).setSafe(inner, new byte[] {'r'});
        }
        pairs.endValue(i, i % 2);
      }
    }
    root.setRowCount(rows);
    return root;
  }

  @Test
  void aPartitionsEndIsASchemaWithoutRows() {
    try (VectorSchemaRoot back = decode(codec.encode(SampleRows.SCHEMA))) {
      assertThat(back.getSchema()).isEqualTo(SampleRows.SCHEMA);
      assertThat(back.getRowCount()).isZero();
    }
  }

  @Test
  void theSchemaCanBeReadAlone() {
    try (VectorSchemaRoot batch = SampleRows.of(allocator, 0, 10)) {
      assertThat(ArrowCodec.schema(ByteBuffer.wrap(codec.encode(batch))))
          .isEqualTo(SampleRows.SCHEMA);
    }
  }

  @Test
  void oneCodecWritesBatchesOfSeveralSchemas() {
    try (VectorSchemaRoot rows = SampleRows.of(allocator, 0, 10);
        VectorSchemaRoot lists = nested(allocator, 10)) {
      byte[] first = codec.encode(rows);
      byte[] other = codec.encode(lists);

      assertThat(codec.encode(rows)).isEqualTo(first);
      assertThat(codec.encode(lists)).isEqualTo(other);
      assertThat(ArrowCodec.schema(ByteBuffer.wrap(other))).isEqualTo(NESTED);
    }
  }

  @Test
  void readsAnyKindOfBufferFromItsPositionAndLeavesItThere() {
    try (VectorSchemaRoot batch = SampleRows.of(allocator, 0, 100)) {
      byte[] value = codec.encode(batch);
      ByteBuffer direct = ByteBuffer.allocateDirect(value.length).put(value).flip();
      ByteBuffer part = ByteBuffer.allocate(value.length + 20).position(13).put(value);
      part.position(13).limit(13 + value.length);

      for (ByteBuffer buffer : List.of(direct, part, ByteBuffer.wrap(value).asReadOnlyBuffer())) {
        int position = buffer.position();
        try (VectorSchemaRoot back = ArrowCodec.decode(buffer, allocator)) {
          assertThat(SampleRows.texts(back)).isEqualTo(SampleRows.texts(batch));
        }
        assertThat(buffer.position()).isEqualTo(position);
        assertThat(buffer.remaining()).isEqualTo(value.length);
      }
    }
  }

  @Test
  void readsWhatArrowsOwnWriterWrites() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (VectorSchemaRoot batch = SampleRows.of(allocator, 0, 100);
        var writer = new ArrowStreamWriter(batch, null, bytes)) {
      writer.start();
      writer.writeBatch();
      writer.end();
      try (VectorSchemaRoot back = decode(bytes.toByteArray())) {
        assertThat(SampleRows.texts(back)).isEqualTo(SampleRows.texts(batch));
      }
    }
  }

  @Test
  void bodiesAreLaidOutAsArrowSays() {
    var random = new SplittableRandom(1);
    try (var even = new BigIntVector("even", allocator);
        var noise = new BigIntVector("noise", allocator);
        var batch = new VectorSchemaRoot(List.of(even, noise))) {
      even.allocateNew(1000);
      noise.allocateNew(1000);
      for (int i = 0; i < 1000; i++) {
        even.setSafe(i, 2L * i);
        noise.setSafe(i, random.nextLong());
      }
      batch.setRowCount(1000);

      List<ByteBuffer> packed = body(codec.encode(batch));
      assertThat(packed).extracting(ByteBuffer::remaining).startsWith(0).element(2).isEqualTo(0);
      assertThat(packed.get(1).getLong()).as("plain length").isEqualTo(8000);
      assertThat(Zstd.decompress(rest(packed.get(1)), 8000)).isEqualTo(bytes(even));
      assertThat(packed.get(3).getLong()).as("not compressed").isEqualTo(-1);
      assertThat(rest(packed.get(3))).isEqualTo(bytes(noise));
    }
  }

  @Test
  void whatSavedTooLittleIsStoredAsItIsInTheNextBatches() {
    var random = new SplittableRandom(1);
    try (var even = new BigIntVector("even", allocator);
        var small = new BigIntVector("small", allocator);
        var batch = new VectorSchemaRoot(List.of(even, small))) {
      even.allocateNew(1000);
      small.allocateNew(1000);
      for (int i = 0; i < 1000; i++) {
        even.setSafe(i, 2L * i);
        small.setSafe(i, random.nextLong() >>> 12); // saves an eighth or a little more
      }
      batch.setRowCount(1000);

      for (int i = 0; i <= BufferWorth.PAUSE + 2; i++) {
        byte[] value = codec.encode(batch);
        List<ByteBuffer> packed = body(value);
        assertThat(packed.get(1).getLong()).isEqualTo(8000);
        boolean tried = i == 0 || i == BufferWorth.PAUSE + 1;
        assertThat(packed.get(3).getLong()).as("batch %d", i).isEqualTo(tried ? 8000 : -1);
        try (VectorSchemaRoot back = decode(value)) {
          assertThat(SampleRows.texts(back)).isEqualTo(SampleRows.texts(batch));
        }
      }
    }
  }

  @Test
  void batchesOfAnotherSchemaAreTriedAnew() {
    var random = new SplittableRandom(1);
    try (var noise = new BigIntVector("noise", allocator);
        var other = new BigIntVector("other", allocator);
        var one = new VectorSchemaRoot(List.of(noise));
        var two = new VectorSchemaRoot(List.of(other))) {
      for (int i = 0; i < 1000; i++) {
        noise.setSafe(i, random.nextLong());
        other.setSafe(i, i);
      }
      one.setRowCount(1000);
      two.setRowCount(1000);

      codec.encode(one);
      assertThat(body(codec.encode(two)).get(1).getLong()).isEqualTo(8000);
    }
  }

  /** The buffers of a record's body as they lie there. */
  private static List<ByteBuffer> body(byte[] value) {
    var stream = new IpcStream(ByteBuffer.wrap(value));
    stream.next();
    IpcStream.Message message = stream.next().orElseThrow();
    var batch = (RecordBatch) message.metadata().header(new RecordBatch());
    assertThat(batch.compression().codec()).isEqualTo(CompressionType.ZSTD);
    return IntStream.range(0, batch.buffersLength())
        .mapToObj(batch::buffers)
        .peek(at -> assertThat(at.offset() % 8).as("alignment").isZero())
        .map(at -> message.body().slice((int) at.offset(), (int) at.length()))
        .map(buffer -> buffer.order(ByteOrder.LITTLE_ENDIAN))
        .toList();
  }

  private static byte[] rest(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] bytes(BigIntVector vector) {
    byte[] bytes = new byte[8 * vector.getValueCount()];
    vector.getDataBuffer().getBytes(0, bytes);
    return bytes;
  }

  @Test
  void validityIsLeftOutWhereNothingIsNull() {
    try (VectorSchemaRoot batch = SampleRows.of(allocator, 0, 1000);
        VectorSchemaRoot id = new VectorSchemaRoot(List.of(batch.getVector("id")));
        VectorSchemaRoot back = decode(codec.encode(id))) {
      assertThat(codec.encode(id)).hasSizeLessThan(codec.encode(batch).length / 4);
      assertThat(back.getVector("id").getNullCount()).isZero();
      assertThat(SampleRows.texts(back)).isEqualTo(SampleRows.texts(id));
    }
  }

  @Test
  void whenMemoryRunsOutNothingIsLostAndNothingIsSaidOfTheBytes() {
    try (VectorSchemaRoot batch = SampleRows.of(allocator, 0, 1000);
        // the last column's validity is made when all others are loaded
        var idLast = new VectorSchemaRoot(List.of(batch.getVector("doc"), batch.getVector("id")))) {
      byte[] value = codec.encode(idLast);
      int steps = 600;
      int failures = 0;
      for (int i = 0; i < steps; i++) {
        try (BufferAllocator small = allocator.newChildAllocator("small", 0, i * 64L)) {
          ArrowCodec.decode(ByteBuffer.wrap(value), small).close();
        } catch (OutOfMemoryException e) {
          failures++;
        }
      }
      assertThat(failures).isBetween(steps / 4, steps - 1);
    }
  }

  @Test
  void whenMemoryRunsOutWhileWritingNothingIsLost() {
    try (BufferAllocator small = allocator.newChildAllocator("small", 0, 1 << 20);
        VectorSchemaRoot batch = SampleRows.of(small, 0, 1000)) {
      small.setLimit(small.getAllocatedMemory() + (16 << 10));

      assertThatThrownBy(() -> codec.encode(batch)).isInstanceOf(OutOfMemoryException.class);
    }
  }

  private VectorSchemaRoot decode(byte[] value) {
    return ArrowCodec.decode(ByteBuffer.wrap(value), allocator);
  }
}
