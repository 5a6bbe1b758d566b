package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;
import static io.millrace.sinks.parquet.PageBytes.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is packed is as long as what parquet-java packs (which pads with what it had before), and
 * its reader reads it.
 */
class DeltaPackerTest {
  private static final long[] EXTREMES = {
    Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1, Long.MIN_VALUE
  };

  private final PageBytes scratch = new PageBytes(1 << 20);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 34, 128, 129, 130, 161, 257, 1_000, 20_000})
  void numbersOfEveryWidthAreRead(int count) throws Exception {
    var random = new Random(count);
    for (int bits = 0; bits <= Long.SIZE; bits++) {
      long mask = bits == 0 ? 0 : -1L >>> (Long.SIZE - bits);
      check(LongStream.generate(() -> random.nextLong() & mask).limit(count).toArray());
    }
  }

  @Test
  void differencesThatDoNotFitAreRead() throws Exception {
    check(EXTREMES);
    check(LongStream.of(EXTREMES).map(value -> value >> Integer.SIZE).toArray());
  }

  @Test
  void whatRisesInStepTakesNearlyNothing() {
    long[] steps = LongStream.range(0, 20_000).map(i -> 1_000_000 + 7 * i).toArray();
    assertThat(pack(Long.BYTES, steps).length).isLessThan(20_000 / 128 * 8);
  }

  private void check(long[] values) throws IOException {
    byte[] packed = pack(Long.BYTES, values);
    try (var theirs = new DeltaBinaryPackingValuesWriterForLong(64, 1 << 20, heap())) {
      Arrays.stream(values).forEach(theirs::writeLong);
      assertThat(packed).hasSameSizeAs(bytes(theirs.getBytes()));
    }
    DeltaBinaryPackingValuesReader reader = reader(packed, values.length);
    for (long value : values) {
      assertThat(reader.readLong()).isEqualTo(value);
    }
    packed = pack(Integer.BYTES, values);
    try (var theirs = new DeltaBinaryPackingValuesWriterForInteger(64, 1 << 20, heap())) {
      Arrays.stream(values).forEach(value -> theirs.writeInteger((int) value));
      assertThat(packed).hasSameSizeAs(bytes(theirs.getBytes()));
    }
    reader = reader(packed, values.length);
    for (long value : values) {
      assertThat(reader.readInteger()).isEqualTo((int) value);
    }
  }

  private static byte[] bytes(BytesInput input) throws IOException {
    var bytes = new ByteArrayOutputStream();
    input.writeAllTo(bytes);
    return bytes.toByteArray();
  }

  private static HeapByteBufferAllocator heap() {
    return new HeapByteBufferAllocator();
  }

  private static DeltaBinaryPackingValuesReader reader(byte[] packed, int count)
      throws IOException {
    var reader = new DeltaBinaryPackingValuesReader();
    reader.initFromPage(count, ByteBufferInputStream.wrap(ByteBuffer.wrap(packed)));
    return reader;
  }

  private byte[] pack(int width, long[] values) {
    var page = new PageBytes(1 << 20);
    byte[] plain = page.reserve((long) values.length * width);
    for (int i = 0; i < values.length; i++) {
      if (width == Long.BYTES) {
        LONG.set(plain, i << 3, values[i]);
      } else {
        INT.set(plain, i << 2, (int) values[i]);
      }
    }
    page.advance(values.length * width);
    PageBytes packed = new DeltaPacker(width, scratch).pack(page);
    return Arrays.copyOf(packed.array(), packed.size());
  }
}
