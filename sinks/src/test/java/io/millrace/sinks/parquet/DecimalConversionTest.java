package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalConversionTest {
  @ParameterizedTest(name = "{0} digits in {1} bytes of Arrow are {2} of Parquet")
  @CsvSource({
    "1, 16, 4", "9, 16, 4", "9, 32, 4", "10, 16, 8", "18, 16, 8", "18, 32, 8", "19, 16, 9",
    "19, 32, 9", "20, 16, 9", "22, 16, 10", "28, 16, 12", "38, 16, 16", "38, 32, 16", "39, 32, 24",
    "57, 32, 24", "76, 32, 32"
  })
  void everyValueOfTheWidthIsKeptAndNoOther(int precision, int arrowWidth, int plainWidth) {
    assertThat(DecimalConversion.width(precision)).isEqualTo(plainWidth);
    DecimalConversion conversion = DecimalConversion.of(arrowWidth, precision);
    BigInteger bound = BigInteger.ONE.shiftLeft(8 * plainWidth - 1);
    BigInteger nines = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
    assertThat(nines).isLessThan(bound);

    List<BigInteger> values =
        List.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            BigInteger.ONE.negate(),
            nines,
            nines.negate(),
            bound.subtract(BigInteger.ONE),
            bound.negate());
    for (int i = 0; i < values.size(); i++) {
      byte[] plain = convert(conversion, values, arrowWidth, plainWidth);
      int from = 1 + i * plainWidth;
      byte[] value = Arrays.copyOfRange(plain, from, from + plainWidth);
      boolean littleEndian = precision <= 18;
      assertThat(new BigInteger(littleEndian ? reversed(value) : value)).isEqualTo(values.get(i));
    }

    if (plainWidth < arrowWidth) {
      for (BigInteger tooLarge :
          List.of(
              bound,
              bound.negate().subtract(BigInteger.ONE),
              bound.shiftLeft(1),
              BigInteger.ONE.shiftLeft(8 * arrowWidth - 2))) {
        List<BigInteger> among = List.of(BigInteger.TWO, tooLarge, BigInteger.ZERO);
        assertThatThrownBy(() -> convert(conversion, among, arrowWidth, plainWidth))
            .isInstanceOf(ArithmeticException.class)
            .hasMessage("the unscaled value %s has more digits than its type", tooLarge);
      }
    }
  }

  /** Behind one byte that stays as it is. */
  private static byte[] convert(
      DecimalConversion conversion, List<BigInteger> values, int arrowWidth, int plainWidth) {
    byte[] arrow = new byte[values.size() * arrowWidth];
    for (int i = 0; i < values.size(); i++) {
      byte[] bytes = reversed(values.get(i).toByteArray());
      Arrays.fill(
          arrow,
          i * arrowWidth,
          (i + 1) * arrowWidth,
          (byte) (values.get(i).signum() < 0 ? -1 : 0));
      System.arraycopy(bytes, 0, arrow, i * arrowWidth, bytes.length);
    }
    byte[] plain = new byte[2 + values.size() * plainWidth];
    plain[0] = 42;
    plain[plain.length - 1] = 42;
    conversion.convert(arrow, values.size(), plain, 1);
    assertThat(plain[0]).isEqualTo((byte) 42);
    assertThat(plain[plain.length - 1]).isEqualTo((byte) 42);
    return plain;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }
}
