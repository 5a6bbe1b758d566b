package io.millrace.connect.postgres.column.time;

import io.millrace.connect.postgres.column.append.ValueType;
import io.millrace.connect.postgres.column.append.ValueType.Fit;
import io.millrace.connect.postgres.server.PostgresType;
import java.util.Optional;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.postgresql.core.Oid;

/** Dates, times of day, instants and intervals; all of them reach further than Arrow's. */
public final class TimeTypes {
  private TimeTypes() {}

  /** Chooses for a type; nothing if it is none of these. */
  public static Optional<ValueType> find(PostgresType.Scalar type) {
    return Optional.ofNullable(
        switch (type.oid()) {
          case Oid.DATE ->
              ValueType.flat(
                      type,
                      new ArrowType.Date(DateUnit.DAY),
                      Fit.CLAMPED,
                      (vector, policy) -> new DateAppender((DateDayVector) vector, policy))
                  .readFromText(TimeText.date());
          case Oid.TIME ->
              ValueType.flat(
                      type,
                      new ArrowType.Time(TimeUnit.MICROSECOND, 64),
                      Fit.CLAMPED,
                      (vector, policy) -> new TimeAppender((TimeMicroVector) vector, policy))
                  .readFromText(TimeText.time());
          case Oid.TIMESTAMP -> timestamp(type, null);
          case Oid.TIMESTAMPTZ -> timestamp(type, "UTC");
          case Oid.INTERVAL ->
              ValueType.flat(
                      type,
                      new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
                      Fit.CLAMPED,
                      (vector, policy) ->
                          new IntervalAppender((IntervalMonthDayNanoVector) vector, policy))
                  .readFromText(TimeText.interval());
          default -> null;
        });
  }

  private static ValueType timestamp(PostgresType type, String zone) {
    return ValueType.flat(
            type,
            new ArrowType.Timestamp(TimeUnit.MICROSECOND, zone),
            Fit.CLAMPED,
            (vector, policy) -> new TimestampAppender((TimeStampVector) vector, policy))
        .readFromText(TimeText.timestamp());
  }
}
