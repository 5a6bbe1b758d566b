package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a batch of 20 columns takes, by what does not depend on the machine. */
class CodecCostTest {
  private static final int ROWS = 8_192;
  private static final int NUMBERS = 10;
  private static final int DECIMALS = 8;
  private static final int TEXTS = 2;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private BufferAllocator allocator;
  private VectorSchemaRoot batch;
  private final ArrowCodec codec = new ArrowCodec();

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
    var random = new SplittableRandom(1);
    List<FieldVector> vectors = new ArrayList<>();
    for (int c = 0; c < NUMBERS; c++) {
      var numbers = new BigIntVector("number" + c, allocator);
      for (int row = 0; row < ROWS; row++) {
        numbers.setSafe(row, random.nextInt(1000));
      }
      vectors.add(numbers);
    }
    for (int c = 0; c < DECIMALS; c++) {
      var decimals = new DecimalVector("decimal" + c, allocator, 10, 2);
      for (int row = 0; row < ROWS; row++) {
        decimals.setSafe(row, random.nextLong(5_000));
      }
      vectors.add(decimals);
    }
    for (int c = 0; c < TEXTS; c++) {
      var texts = new VarCharVector("text" + c, allocator);
      for (int row = 0; row < ROWS; row++) {
        texts.setSafe(
            row, Integer.toHexString(random.nextInt()).getBytes(StandardCharsets.US_ASCII));
      }
      vectors.add(texts);
    }
    vectors.forEach(vector -> vector.setValueCount(ROWS));
    batch = new VectorSchemaRoot(vectors);
    batch.setRowCount(ROWS);
  }

  @AfterEach
  void close() {
    batch.close();
    allocator.close();
  }

  /** Beside the record itself, a few hundred objects for each batch: five bytes a row. */
  @Test
  void encodingAllocatesTheRecordAndLittleMore() {
    int length = codec.encode(batch).length;
    codec.encode(batch);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    codec.encode(batch);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat((allocated - length) / (double) ROWS).as("heap bytes per row").isBetween(0.0, 7.0);
  }

  @Test
  void decodingAllocatesNextToNothing() {
    ByteBuffer value = ByteBuffer.wrap(codec.encode(batch));
    ArrowCodec.decode(value.duplicate(), allocator).close();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    ArrowCodec.decode(value.duplicate(), allocator).close();
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated / (double) ROWS).as("heap bytes per row").isBetween(0.0, 8.0);
  }

  @Test
  void vectorsTakeOnceTheirSizeToEncodeAndToDecode() {
    long vectors = allocator.getAllocatedMemory();
    byte[] value = codec.encode(batch);
    long packed = allocator.getPeakMemoryAllocation() - vectors;
    assertThat(packed).as("native bytes for packing").isLessThan(3 * vectors / 2);
    try (var own = new RootAllocator()) {
      ArrowCodec.decode(ByteBuffer.wrap(value), own).close();
      assertThat(own.getPeakMemoryAllocation()).as("native bytes for reading").isLessThan(vectors);
    }
  }

  /** One frame for each buffer that has something to save: no validity, no offsets here. */
  @Test
  void zstdIsCalledOnceForABufferThatItShortens() {
    codec.encode(batch);
    int frames = 0;
    for (ByteBuffer buffer : buffers(codec.encode(batch))) {
      frames += buffer.hasRemaining() && buffer.getLong() != -1 ? 1 : 0;
    }
    assertThat(frames).isEqualTo(NUMBERS + DECIMALS + 2 * TEXTS);
  }

  private static List<ByteBuffer> buffers(byte[] value) {
    var stream = new IpcStream(ByteBuffer.wrap(value));
    stream.next();
    IpcStream.Message message = stream.next().orElseThrow();
    var header = (RecordBatch) message.metadata().header(new RecordBatch());
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < header.buffersLength(); i++) {
      var place = header.buffers(i);
      buffers.add(
          message
              .body()
              .slice((int) place.offset(), (int) place.length())
              .order(java.nio.ByteOrder.LITTLE_ENDIAN));
    }
    return buffers;
  }
}
