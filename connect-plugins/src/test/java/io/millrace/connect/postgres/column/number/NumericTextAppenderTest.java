package io.millrace.connect.postgres.column.number;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.CopyBytes;
import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.Test;
import org.postgresql.core.Oid;

/** numeric without precision against BigDecimal. */
class NumericTextAppenderTest {
  private static List<String> append(List<byte[]> values) {
    var column = new Column("n", "numeric", Oid.NUMERIC, -1, true);
    ColumnType type = ColumnType.of(column, Unrepresentable.ERROR);
    try (BufferAllocator allocator = new RootAllocator();
        FieldVector vector = type.field().createVector(allocator)) {
      ColumnAppender appender = type.appender(vector);
      var chunk = new TupleChunk();
      values.forEach(value -> chunk.add(CopyBytes.tuple(value), Short.BYTES));
      appender.reserve(values.size());
      appender.append(chunk, 0);
      chunk.requireConsumed();
      appender.finish(values.size());
      var texts = new ArrayList<String>();
      for (int i = 0; i < values.size(); i++) {
        texts.add(vector.isNull(i) ? null : vector.getObject(i).toString());
      }
      return texts;
    }
  }

  @Test
  void digitsAreThoseOfBigDecimal() {
    var random = new Random(20240501);
    var expected = new ArrayList<String>();
    var bytes = new ArrayList<byte[]>();
    for (int i = 0; i < 5000; i++) {
      int digits = random.nextInt(i % 50 == 0 ? 1000 : 40);
      BigInteger unscaled = new BigInteger(digits * 4 + 1, random).mod(BigInteger.TEN.pow(digits));
      if (random.nextInt(3) == 0) {
        BigInteger zeros = BigInteger.TEN.pow(random.nextInt(digits + 1));
        unscaled = unscaled.divide(zeros).multiply(zeros);
      }
      var value =
          new BigDecimal(
              random.nextBoolean() ? unscaled : unscaled.negate(), random.nextInt(digits + 9));
      expected.add(value.toPlainString());
      bytes.add(CopyBytes.numeric(value));
    }
    expected.add(null);
    bytes.add(null);
    assertThat(append(bytes)).isEqualTo(expected);
  }

  @Test
  void whatIsNoNumberHasItsName() {
    assertThat(
            append(
                List.of(
                    CopyBytes.numeric(0, 0xc000, 0, List.of()),
                    CopyBytes.numeric(0, 0xd000, 0, List.of()),
                    CopyBytes.numeric(0, 0xf000, 0, List.of()))))
        .containsExactly("NaN", "Infinity", "-Infinity");
  }
}
