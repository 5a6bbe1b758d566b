package io.millrace.transforms.values;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.Predicate;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Numbers as decimals, exactly. */
public final class Numbers {
  private Numbers() {}

  /**
   * The number in a decimal type's scale.
   *
   * @throws ArithmeticException if it has more digits before or after the point than the type
   */
  public static BigDecimal fit(BigDecimal number, ArrowType.Decimal type) {
    // Without trailing zeros first: a text such as 1e999999999 must not be written out to be
    // refused.
    BigDecimal bare = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    if (bare.scale() > type.getScale()
        || (long) bare.precision() - bare.scale() > type.getPrecision() - type.getScale()) {
      throw new ArithmeticException("too many digits");
    }
    return bare.setScale(type.getScale(), RoundingMode.UNNECESSARY);
  }

  /** The decimal with the fewest digits that reads back as this double, which is finite. */
  public static BigDecimal shortest(double value) {
    return shortest(
        new BigDecimal(Double.toString(value)),
        new BigDecimal(value),
        fewer -> fewer.doubleValue() == value);
  }

  /** The decimal with the fewest digits that reads back as this float, which is finite. */
  public static BigDecimal shortest(float value) {
    return shortest(
        new BigDecimal(Float.toString(value)),
        new BigDecimal(value),
        fewer -> fewer.floatValue() == value);
  }

  /** JDK 17 prints some floats with a digit too many (JDK-4511638). */
  private static BigDecimal shortest(
      BigDecimal printed, BigDecimal exact, Predicate<BigDecimal> readsBack) {
    BigDecimal best = printed.stripTrailingZeros();
    while (best.precision() > 1) {
      var fewerDigits = new MathContext(best.precision() - 1, RoundingMode.HALF_EVEN);
      BigDecimal fewer = exact.round(fewerDigits);
      if (!readsBack.test(fewer)) {
        break;
      }
      best = fewer.stripTrailingZeros();
    }
    return best;
  }
}
