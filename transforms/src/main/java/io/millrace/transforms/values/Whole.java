package io.millrace.transforms.values;

import java.util.Optional;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * A type whose values are whole numbers of one unit and fit a long: bool, integers, decimals of up
 * to 18 digits, dates, times and timestamps.
 *
 * @param dimension what is counted; only types of the same one can become each other
 * @param perOne how many units make up the number 1, or a day
 * @param least the smallest value, in units
 * @param most the largest value, in units; of uint64 the largest that fits a long
 * @param layout how values lie in memory
 */
public record Whole(Dimension dimension, long perOne, long least, long most, Layout layout) {
  /** What a type counts. */
  public enum Dimension {
    NUMBER,
    DAY_AND_TIME,
    TIME_OF_DAY
  }

  private static final int DIGITS_OF_A_LONG = 18;
  private static final long SECONDS_PER_DAY = 86_400;

  /** What a type is as whole numbers, if it is that. */
  public static Optional<Whole> of(ArrowType type) {
    if (type instanceof ArrowType.Bool) {
      return Optional.of(new Whole(Dimension.NUMBER, 1, 0, 1, Layout.BIT));
    } else if (type instanceof ArrowType.Int integer) {
      return Optional.of(integer(integer.getBitWidth(), integer.getIsSigned()));
    } else if (type instanceof ArrowType.Decimal decimal) {
      return decimal(decimal);
    } else if (type instanceof ArrowType.Date date) {
      return Optional.of(
          date.getUnit() == DateUnit.DAY
              ? instant(1, Integer.MIN_VALUE, Integer.MAX_VALUE, Layout.INT32)
              : instant(1_000 * SECONDS_PER_DAY, Long.MIN_VALUE, Long.MAX_VALUE, Layout.INT64));
    } else if (type instanceof ArrowType.Time time) {
      long perDay = SECONDS_PER_DAY * perSecond(time.getUnit());
      Layout layout = time.getBitWidth() == 32 ? Layout.INT32 : Layout.INT64;
      return Optional.of(new Whole(Dimension.TIME_OF_DAY, perDay, 0, perDay - 1, layout));
    } else if (type instanceof ArrowType.Timestamp stamp) {
      long perDay = SECONDS_PER_DAY * perSecond(stamp.getUnit());
      return Optional.of(instant(perDay, Long.MIN_VALUE, Long.MAX_VALUE, Layout.INT64));
    }
    return Optional.empty();
  }

  private static Whole instant(long perDay, long least, long most, Layout layout) {
    return new Whole(Dimension.DAY_AND_TIME, perDay, least, most, layout);
  }

  private static Whole integer(int bits, boolean signed) {
    Layout layout = Layout.valueOf((signed ? "INT" : "UINT") + bits);
    long most = bits == 64 ? Long.MAX_VALUE : signed ? (1L << (bits - 1)) - 1 : (1L << bits) - 1;
    return new Whole(Dimension.NUMBER, 1, signed ? -most - 1 : 0, most, layout);
  }

  private static Optional<Whole> decimal(ArrowType.Decimal type) {
    if (type.getPrecision() > DIGITS_OF_A_LONG
        || type.getBitWidth() != 128
        || type.getScale() < 0
        || type.getScale() > DIGITS_OF_A_LONG) {
      return Optional.empty();
    }
    long most = tenTo(type.getPrecision()) - 1;
    return Optional.of(
        new Whole(Dimension.NUMBER, tenTo(type.getScale()), -most, most, Layout.INT128));
  }

  /** How many of the unit make up a second. */
  public static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> 1_000_000_000;
    };
  }

  private static long tenTo(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= 10;
    }
    return power;
  }
}
