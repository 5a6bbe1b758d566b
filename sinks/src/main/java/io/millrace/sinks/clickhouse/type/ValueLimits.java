package io.millrace.sinks.clickhouse.type;

import io.millrace.core.MillraceException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.function.IntToLongFunction;
import java.util.function.LongFunction;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Refuses what ClickHouse would store as something else: dates and times outside of the years 1900
 * to 2299, which it shifts or cuts, and NULL in place of a list, map or struct, which becomes an
 * empty one.
 */
public final class ValueLimits {
  private static final LocalDate FIRST_DAY = LocalDate.of(1900, 1, 1);
  private static final LocalDate LAST_DAY = LocalDate.of(2299, 12, 31);
  private static final long DAY_SECONDS = 86_400;

  private final NullContainers nulls;

  /** What becomes of NULL in place of a list, map or struct. */
  public enum NullContainers {
    /** Its unit is held. */
    ERROR,
    /** An empty one, or one of its fields' defaults. */
    EMPTY
  }

  public ValueLimits(NullContainers nulls) {
    this.nulls = nulls;
  }

  /**
   * Looks at all values.
   *
   * @throws MillraceException (DATA) naming column, row and value
   */
  public void check(VectorSchemaRoot batch) {
    for (FieldVector vector : batch.getFieldVectors()) {
      check(vector, vector.getName());
    }
  }

  private void check(FieldVector vector, String path) {
    if (nulls == NullContainers.ERROR
        && ColumnType.isContainer(vector.getField())
        && vector.getNullCount() > 0) {
      throw MillraceException.data(
          "Cannot write NULL in column %s: a %s of ClickHouse cannot be NULL; with null_containers: empty it becomes an empty one"
              .formatted(path, ColumnType.of(vector.getField()).replaceFirst("\\(.*", "")));
    }
    if (vector instanceof DateDayVector days) {
      check(
          days,
          path,
          days::get,
          FIRST_DAY.toEpochDay(),
          LAST_DAY.toEpochDay(),
          day -> LocalDate.ofEpochDay(day).toString());
    } else if (vector instanceof TimeStampVector times) {
      var type = (ArrowType.Timestamp) times.getField().getType();
      long units = (long) Math.pow(10, ColumnType.digits(type.getUnit()));
      long end = LAST_DAY.plusDays(1).toEpochDay() * DAY_SECONDS;
      check(
          times,
          path,
          times::get,
          FIRST_DAY.toEpochDay() * DAY_SECONDS * units,
          Long.MAX_VALUE / units < end ? Long.MAX_VALUE : end * units - 1,
          value -> Instant.ofEpochSecond(Math.floorDiv(value, units)).toString());
    }
    for (FieldVector child : vector.getChildrenFromFields()) {
      check(child, path + "." + child.getName());
    }
  }

  private static void check(
      FieldVector vector,
      String path,
      IntToLongFunction values,
      long first,
      long last,
      LongFunction<String> text) {
    for (int row = 0; row < vector.getValueCount(); row++) {
      if (!vector.isNull(row)) {
        long value = values.applyAsLong(row);
        if (value < first || value > last) {
          throw MillraceException.data(
              "Cannot write %s in column %s: ClickHouse knows the years 1900 to 2299; leave the row out by a filter, or cast the column to text"
                  .formatted(text.apply(value), path));
        }
      }
    }
  }
}
