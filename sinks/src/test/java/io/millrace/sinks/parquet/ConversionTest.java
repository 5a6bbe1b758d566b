package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Seconds, which Parquet does not have; the other conversions are seen in ParquetTypesTest. */
class ConversionTest {
  @Test
  void secondsBecomeMilliseconds() {
    assertThat(millis(-1)).isEqualTo(-1_000);
    assertThat(millis(Long.MAX_VALUE / 1000)).isEqualTo(9_223_372_036_854_775_000L);
    assertThat(millis(-Long.MAX_VALUE / 1000)).isEqualTo(-9_223_372_036_854_775_000L);
  }

  @Test
  void secondsThatDoNotFitAreNamed() {
    for (long seconds :
        new long[] {Long.MAX_VALUE / 1000 + 1, Long.MIN_VALUE / 1000 - 1, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> millis(seconds))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("%d s since 1970 does not fit 64 bits in milliseconds", seconds);
    }
  }

  @Test
  void noTimeOfDayIsNamed() {
    byte[] arrow = bytes(4).putInt(2_147_484).array();
    assertThatThrownBy(() -> Conversion.secondOfDayToMillis(arrow, 1, new byte[4], 0))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("2147484 s is no time of day");
  }

  private static long millis(long seconds) {
    byte[] plain = new byte[8];
    Conversion.secondsToMillis(bytes(8).putLong(seconds).array(), 1, plain, 0);
    return ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
