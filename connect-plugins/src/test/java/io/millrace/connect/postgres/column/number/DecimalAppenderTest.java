package io.millrace.connect.postgres.column.number;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.CopyBytes;
import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.core.Oid;

/** numeric(p, s) against BigDecimal. */
class DecimalAppenderTest {
  private static final int VALUES = 3000;

  private static Column numeric(int precision, int scale) {
    int modifier = ((precision << 16) | (scale & 0x7ff)) + 4;
    return new Column(
        "n", "numeric(%d,%d)".formatted(precision, scale), Oid.NUMERIC, modifier, true);
  }

  private static List<Object> append(Column column, List<byte[]> values) {
    ColumnType type = ColumnType.of(column, Unrepresentable.ERROR);
    try (BufferAllocator allocator = new RootAllocator();
        FieldVector vector = type.field().createVector(allocator)) {
      ColumnAppender appender = type.appender(vector);
      int rows = 0;
      for (byte[] value : values) {
        var chunk = new TupleChunk();
        chunk.add(CopyBytes.tuple(value), Short.BYTES);
        appender.reserve(rows + 1);
        appender.append(chunk, rows++);
        chunk.requireConsumed();
      }
      appender.finish(rows);
      var objects = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        objects.add(vector.getObject(i));
      }
      return objects;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,0", "4,0", "5,0", "10,2", "9,9", "18,0", "18,18", "19,0", "19,1", "20,5", "38,0", "38,10",
    "38,38", "39,0", "40,20", "76,0", "76,38", "76,76", "12,3", "13,7", "15,11"
  })
  void readsWhatBigDecimalSays(int precision, int scale) {
    var random = new Random(precision * 100L + scale);
    var expected = new ArrayList<Object>();
    var bytes = new ArrayList<byte[]>();
    for (int i = 0; i < VALUES; i++) {
      BigDecimal value = random(random, precision, scale);
      expected.add(value);
      bytes.add(CopyBytes.numeric(value));
    }
    for (int sign : new int[] {1, -1}) {
      var most =
          new BigDecimal(
              BigInteger.TEN
                  .pow(precision)
                  .subtract(BigInteger.ONE)
                  .multiply(BigInteger.valueOf(sign)),
              scale);
      expected.add(most);
      bytes.add(CopyBytes.numeric(most));
    }
    expected.add(null);
    bytes.add(null);
    assertThat(append(numeric(precision, scale), bytes)).isEqualTo(expected);
  }

  /** Any number of digits up to the precision, often few, often with zeros at the end. */
  private static BigDecimal random(Random random, int precision, int scale) {
    int digits = random.nextInt(precision + 1);
    BigInteger unscaled = new BigInteger(digits * 4 + 1, random).mod(BigInteger.TEN.pow(digits));
    if (random.nextInt(3) == 0) {
      BigInteger zeros = BigInteger.TEN.pow(random.nextInt(precision + 1));
      unscaled = unscaled.divide(zeros).multiply(zeros);
    }
    return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
  }

  @Test
  void aNegativeScaleBecomesMoreDigits() {
    Column column = numeric(5, -2);
    assertThat(ColumnType.of(column, Unrepresentable.ERROR).field().getType())
        .isEqualTo(new ArrowType.Decimal(7, 0, 128));
    assertThat(append(column, List.of(CopyBytes.numeric(new BigDecimal("9999900")))))
        .containsExactly(new BigDecimal("9999900"));
  }

  @Test
  void aScaleAboveThePrecisionBecomesMoreDigits() {
    Column column = numeric(3, 5);
    assertThat(ColumnType.of(column, Unrepresentable.ERROR).field().getType())
        .isEqualTo(new ArrowType.Decimal(5, 5, 128));
    assertThat(append(column, List.of(CopyBytes.numeric(new BigDecimal("-0.00999")))))
        .containsExactly(new BigDecimal("-0.00999"));
  }

  @Test
  void whatNoDecimalHoldsIsReadAsText() {
    for (Column column :
        List.of(
            numeric(77, 0),
            numeric(1000, 1000),
            new Column("n", "numeric", Oid.NUMERIC, -1, true))) {
      ColumnType type = ColumnType.of(column, Unrepresentable.ERROR);
      assertThat(type.field().getType()).isEqualTo(ArrowType.Utf8.INSTANCE);
      assertThat(type.sql()).isEqualTo("\"n\"");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0xc000, 0xd000, 0xf000})
  void noNumberIsRefused(int sign) {
    assertThatThrownBy(
            () -> append(numeric(10, 2), List.of(CopyBytes.numeric(0, sign, 0, List.of()))))
        .isInstanceOf(UnreadableValue.class)
        .hasMessageContaining(sign == 0xc000 ? "NaN" : "numeric of 8 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.001", "1.005", "123456789012345.12345", "0.00000001"})
  void neverRounds(String value) {
    var exact = new BigDecimal(value);
    assertThat(exact.setScale(2, RoundingMode.DOWN)).isNotEqualByComparingTo(exact);
    assertThatThrownBy(() -> append(numeric(30, 2), List.of(CopyBytes.numeric(exact))))
        .isInstanceOf(UnreadableValue.class)
        .hasMessageContaining("more decimals");
  }

  @Test
  void moreDigitsThanFitAreRefused() {
    var large = new BigDecimal(BigInteger.TWO.pow(127));
    assertThatThrownBy(() -> append(numeric(38, 0), List.of(CopyBytes.numeric(large))))
        .isInstanceOf(UnreadableValue.class)
        .hasMessageContaining("more digits");
  }

  @Test
  void bytesThatAreNoNumericAreRefused() {
    byte[] damaged = CopyBytes.numeric(BigDecimal.ONE);
    damaged[1] = 9;
    assertThatThrownBy(() -> append(numeric(10, 2), List.of(damaged)))
        .isInstanceOf(UnreadableValue.class)
        .hasMessageContaining("10 bytes");
  }
}
