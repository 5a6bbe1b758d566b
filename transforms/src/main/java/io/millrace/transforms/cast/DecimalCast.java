package io.millrace.transforms.cast;

import io.millrace.transforms.values.Layout;
import io.millrace.transforms.values.Numbers;
import io.millrace.transforms.values.Printer;
import io.millrace.transforms.values.Value;
import io.millrace.transforms.values.Whole;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.DoubleFunction;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Any number to any number by way of a decimal: for what does not fit a long, and between floats
 * and decimals. To a decimal a float is the shortest one that reads back as it, as people mean 0.1;
 * to an integer it is what it is.
 */
final class DecimalCast implements Kernel {
  /** Reads a value that is not null. */
  private interface Reader {
    /**
     * The value.
     *
     * @throws NumberFormatException if it is not finite
     */
    BigDecimal read(FieldVector vector, int row);
  }

  /** Makes a value of the target's type. */
  private interface Maker {
    /**
     * The value.
     *
     * @throws ArithmeticException if it does not fit
     */
    Value make(BigDecimal number);
  }

  /** The decimal that a float is taken for. */
  private interface OfFloat {
    BigDecimal of(float value);
  }

  private final Reader reader;
  private final Maker maker;

  private DecimalCast(Reader reader, Maker maker) {
    this.reader = reader;
    this.maker = maker;
  }

  /** A cast between two types, if both are numbers. */
  static Optional<Kernel> of(ArrowType from, ArrowType to) {
    return from instanceof ArrowType.Int || to instanceof ArrowType.Int
        ? of(from, to, BigDecimal::new, BigDecimal::new)
        : of(from, to, Numbers::shortest, Numbers::shortest);
  }

  private static Optional<Kernel> of(
      ArrowType from, ArrowType to, OfFloat ofFloat, DoubleFunction<BigDecimal> ofDouble) {
    return reader(from, ofFloat, ofDouble)
        .flatMap(r -> maker(to, ofFloat, ofDouble).map(m -> new DecimalCast(r, m)));
  }

  @Override
  public void cast(FieldVector from, FieldVector to, int rows, Misfits misfits) {
    for (int row = 0; row < rows; row++) {
      if (from.isNull(row)) {
        continue;
      }
      try {
        maker.make(reader.read(from, row)).put(to, row);
      } catch (ArithmeticException | NumberFormatException e) {
        misfits.at(from, to, row);
      }
    }
  }

  private static Optional<Reader> reader(
      ArrowType type, OfFloat ofFloat, DoubleFunction<BigDecimal> ofDouble) {
    if (type instanceof ArrowType.Decimal) {
      return Optional.of(Printer::decimal);
    } else if (type instanceof ArrowType.Int) {
      Layout layout = Whole.of(type).orElseThrow().layout();
      return layout == Layout.UINT64
          ? Optional.of((v, row) -> unsigned(layout.get(v.getDataBuffer(), row)))
          : Optional.of((v, row) -> BigDecimal.valueOf(layout.get(v.getDataBuffer(), row)));
    } else if (type instanceof ArrowType.FloatingPoint floating) {
      return switch (floating.getPrecision()) {
        case HALF -> Optional.empty();
        case SINGLE -> Optional.of((v, row) -> ofFloat.of(((Float4Vector) v).get(row)));
        case DOUBLE -> Optional.of((v, row) -> ofDouble.apply(((Float8Vector) v).get(row)));
      };
    }
    return Optional.empty();
  }

  private static BigDecimal unsigned(long bits) {
    return new BigDecimal(new BigInteger(Long.toUnsignedString(bits)));
  }

  private static Optional<Maker> maker(
      ArrowType type, OfFloat ofFloat, DoubleFunction<BigDecimal> ofDouble) {
    if (type instanceof ArrowType.Decimal decimal) {
      return Optional.of(number -> new Value.OfDecimal(Numbers.fit(number, decimal)));
    } else if (type instanceof ArrowType.Int) {
      Whole whole = Whole.of(type).orElseThrow();
      BigDecimal least = BigDecimal.valueOf(whole.least());
      BigDecimal most =
          whole.layout() == Layout.UINT64 ? unsigned(-1) : BigDecimal.valueOf(whole.most());
      return Optional.of(
          number -> {
            if (number.compareTo(least) < 0 || number.compareTo(most) > 0) {
              throw new ArithmeticException("out of range");
            }
            return new Value.OfLong(number.toBigIntegerExact().longValue(), whole.layout());
          });
    } else if (type instanceof ArrowType.FloatingPoint floating) {
      return switch (floating.getPrecision()) {
        case HALF -> Optional.empty();
        case SINGLE -> Optional.of(n -> same(n, ofFloat.of(n.floatValue()), n.floatValue()));
        case DOUBLE -> Optional.of(n -> same(n, ofDouble.apply(n.doubleValue()), n.doubleValue()));
      };
    }
    return Optional.empty();
  }

  /** The float, if its own decimal is the number it was made of. */
  private static Value same(BigDecimal number, BigDecimal ofFloat, double value) {
    if (number.compareTo(ofFloat) != 0) {
      throw new ArithmeticException("more digits than a float keeps");
    }
    return new Value.OfDouble(value);
  }
}
