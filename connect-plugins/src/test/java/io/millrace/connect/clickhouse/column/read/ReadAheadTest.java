package io.millrace.connect.clickhouse.column.read;

import static io.millrace.core.Patience.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAheadTest {
  private static final long BLOCK = 1L << 30;

  /** Texts of all lengths that a block may have, behind each other. */
  private static byte[] texts(Random random, int count) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      int length = random.nextInt(10) == 0 ? random.nextInt(120_000) : random.nextInt(20);
      for (int left = length; ; left >>>= 7) {
        bytes.write(left < 0x80 ? left : (left & 0x7f) | 0x80);
        if (left < 0x80) {
          break;
        }
      }
      bytes.write(text(i, length).getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static String text(int number, int length) {
    return Character.toString('a' + number % 26).repeat(length);
  }

  private static InputStream inPieces(byte[] bytes, Random random, int largest) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, 1 + random.nextInt(largest)));
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 3_000, 300_000, 10_000_000})
  void whatIsReadAheadIsWhatTheStreamHas(int largest) throws IOException {
    int count = largest < 100 ? 10 : 200;
    byte[] bytes = texts(new Random(largest), count);
    try (var ahead = new ReadAhead(inPieces(bytes, new Random(largest), largest))) {
      requireTexts(new NativeInput(ahead, BLOCK), new Random(largest), count, bytes.length);
    }
    requireTexts(
        new NativeInput(inPieces(bytes, new Random(largest), largest), BLOCK),
        new Random(largest),
        count,
        bytes.length);
  }

  private static void requireTexts(NativeInput in, Random random, int count, long length) {
    for (int i = 0; i < count; i++) {
      int expected = random.nextInt(10) == 0 ? random.nextInt(120_000) : random.nextInt(20);
      assertThat(in.text(120_000, "a text")).isEqualTo(text(i, expected));
    }
    assertThat(in.isAtEnd()).isTrue();
    assertThat(in.isAtEnd()).isTrue();
    assertThat(in.offset()).isEqualTo(length);
  }

  @Test
  void theBytesAroundAreShownFromOnePieceIntoTheNext() throws IOException {
    byte[] bytes = "0123456789".repeat(60_000).getBytes(UTF_8);
    try (var ahead = new ReadAhead(new ByteArrayInputStream(bytes))) {
      var in = new NativeInput(ahead, BLOCK);
      for (int i = 0; i < 32_767; i++) {
        in.int64();
      }
      assertThat(in.around(20))
          .isEqualTo("6789012345678901234567890123456789012345".substring(0, 40));
      assertThat(in.offset()).isEqualTo(8 * 32_767);
      assertThat(in.uint8()).isEqualTo('6');
    }
  }

  @Test
  void aFailureComesBehindWhatWasReadBeforeIt() {
    var stream =
        new ByteArrayInputStream(new byte[] {1, 2, 3}) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            int read = super.read(target, offset, length);
            if (read < 0) {
              throw new IllegalStateException("Connection reset");
            }
            return read;
          }

          @Override
          public synchronized int available() {
            return 1;
          }
        };
    try (var ahead = new ReadAhead(stream)) {
      var in = new NativeInput(ahead, BLOCK);
      assertThat(in.uint8()).isEqualTo(1);
      assertThat(in.uint8()).isEqualTo(2);
      assertThat(in.uint8()).isEqualTo(3);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(in::isAtEnd)
            .isInstanceOf(UnreadableBlock.class)
            .hasMessageContaining("the answer broke off: Connection reset");
      }
      assertThat(in.around(10)).isEqualTo("\1\2\3");
    }
  }

  @Test
  void readsOnlyAFewPiecesAhead() throws Exception {
    var read = new AtomicLong();
    var endless =
        new InputStream() {
          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            read.addAndGet(length);
            return length;
          }
        };
    try (var ahead = new ReadAhead(endless)) {
      var in = new NativeInput(ahead, BLOCK);
      await().atMost(PATIENCE).until(() -> read.get() == 4 * Chunk.SIZE);
      in.uint8();
      await().pollDelay(Duration.ofMillis(100)).until(() -> true);
      assertThat(read.get()).isEqualTo(4 * Chunk.SIZE);
    }
  }

  @Test
  void closedItReadsNoFurtherThanThePieceThatComes() throws Exception {
    try (var out = new PipedOutputStream();
        var stream = new PipedInputStream(out, 1 << 20)) {
      var ahead = new ReadAhead(stream);
      out.write(new byte[100]);
      out.flush();
      var in = new NativeInput(ahead, BLOCK);
      in.uint8();
      ahead.close();
      await().atMost(PATIENCE).until(() -> !ahead.isReading());
    }
  }
}
