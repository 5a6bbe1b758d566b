package io.millrace.connect.postgres.plan;

import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.SqlText;
import io.millrace.connect.postgres.server.Table;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.window.Window;
import io.millrace.core.window.WindowCalendar;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.chrono.IsoEra;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;
import org.postgresql.core.Oid;

/**
 * A column whose ranges can be Partitions. Its values are planned with as whole numbers (the
 * integer itself, days or seconds since 1970-01-01), so that all kinds split alike.
 *
 * @param name its name
 * @param kind what its values are
 * @param sqlType the type that bounds are cast to
 * @param nullable whether NULL needs a Partition of its own
 */
public record SplitColumn(String name, Kind kind, String sqlType, boolean nullable) {
  private static final String TYPES = "smallint, integer, bigint, date and timestamp";

  private static final String RUN_COLUMN = "run.column";
  private static final long DAY = 86_400;

  /** What the values of a column are. */
  public enum Kind {
    INTEGER,
    DATE,
    TIMESTAMP,
    TIMESTAMP_WITH_ZONE
  }

  /**
   * The column that the option {@code partition.column} names.
   *
   * @throws MillraceException (CONFIGURATION) if there is none or it is of another type
   */
  public static SplitColumn named(Table table, String name) {
    Column column = table.requireColumn("partition.column", name);
    return of(column)
        .orElseThrow(
            () ->
                MillraceException.configuration(
                    "partition.column",
                    "Cannot divide %s by \"%s\": it is of type %s; %s can be divided"
                        .formatted(table.name(), name, column.typeName(), TYPES)));
  }

  /** The primary key, if it is a single column of a type that can be divided. */
  public static Optional<SplitColumn> keyOf(Table table) {
    return table.key().size() == 1
        ? table.column(table.key().get(0)).flatMap(SplitColumn::of)
        : Optional.empty();
  }

  private static Optional<SplitColumn> of(Column column) {
    return Optional.ofNullable(
        switch (column.typeOid()) {
          case Oid.INT2 -> of(column, Kind.INTEGER, "smallint");
          case Oid.INT4 -> of(column, Kind.INTEGER, "integer");
          case Oid.INT8 -> of(column, Kind.INTEGER, "bigint");
          case Oid.DATE -> of(column, Kind.DATE, "date");
          case Oid.TIMESTAMP -> of(column, Kind.TIMESTAMP, "timestamp without time zone");
          case Oid.TIMESTAMPTZ -> of(column, Kind.TIMESTAMP_WITH_ZONE, "timestamp with time zone");
          default -> null;
        });
  }

  private static SplitColumn of(Column column, Kind kind, String sqlType) {
    return new SplitColumn(column.name(), kind, sqlType, column.nullable());
  }

  /**
   * The column that the option {@code run.column} names.
   *
   * @throws MillraceException (CONFIGURATION) if there is none or it holds no times
   */
  public static SplitColumn ofRuns(Table table, String name) {
    Column column = table.requireColumn(RUN_COLUMN, name);
    return of(column)
        .filter(found -> found.kind != Kind.INTEGER)
        .orElseThrow(
            () ->
                MillraceException.configuration(
                    RUN_COLUMN,
                    "Cannot make windows of \"%s\" of %s: it is of type %s; date, timestamp and"
                            .formatted(name, table.name(), column.typeName())
                        + " timestamptz can be used"));
  }

  /** What the windows of this column are counted on. */
  public WindowCalendar.TimeLine timeLine() {
    return switch (kind) {
      case INTEGER -> throw new IllegalStateException(name + " holds no times");
      case DATE -> WindowCalendar.TimeLine.DATE;
      case TIMESTAMP -> WindowCalendar.TimeLine.LOCAL;
      case TIMESTAMP_WITH_ZONE -> WindowCalendar.TimeLine.INSTANT;
    };
  }

  /** The rows of a window. */
  public Bounds.Range bounds(Window window) {
    return new Bounds.Range(name, text(ordinal(window.start())), text(ordinal(window.end())));
  }

  /** The second at which a whole number begins, as {@link Window} counts. */
  long second(long ordinal) {
    return kind == Kind.DATE ? Math.multiplyExact(ordinal, DAY) : ordinal;
  }

  /** The whole number that a second falls on. */
  long ordinal(long second) {
    return kind == Kind.DATE ? Math.floorDiv(second, DAY) : second;
  }

  /** The name in SQL. */
  public String sql() {
    return SqlText.identifier(name);
  }

  /** SQL for the whole number that a value is planned with. */
  String ordinalSql(String value) {
    return switch (kind) {
      case INTEGER -> value + "::bigint";
      case DATE -> "(%s - '1970-01-01'::date)::bigint".formatted(value);
      case TIMESTAMP, TIMESTAMP_WITH_ZONE ->
          "pg_catalog.floor(extract(epoch FROM %s))::bigint".formatted(value);
    };
  }

  /** SQL that leaves out what has no such number. */
  String finiteSql(String value) {
    return kind == Kind.INTEGER ? "true" : "pg_catalog.isfinite(%s)".formatted(value);
  }

  /** The value of a whole number, as Postgres and people read it. */
  String text(long ordinal) {
    return switch (kind) {
      case INTEGER -> Long.toString(ordinal);
      case DATE -> era(DATE, LocalDate.ofEpochDay(ordinal));
      case TIMESTAMP -> era(TIME, Instant.ofEpochSecond(ordinal).atOffset(ZoneOffset.UTC));
      case TIMESTAMP_WITH_ZONE ->
          era(TIME_IN_UTC, Instant.ofEpochSecond(ordinal).atOffset(ZoneOffset.UTC));
    };
  }

  private static final DateTimeFormatter DATE =
      new DateTimeFormatterBuilder()
          .appendValue(ChronoField.YEAR_OF_ERA, 4, 9, SignStyle.NORMAL)
          .appendPattern("-MM-dd")
          .toFormatter(Locale.ROOT);

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .append(DATE)
          .appendPattern(" HH:mm:ss")
          .toFormatter(Locale.ROOT);

  private static final DateTimeFormatter TIME_IN_UTC =
      new DateTimeFormatterBuilder().append(TIME).appendLiteral("+00").toFormatter(Locale.ROOT);

  private static String era(DateTimeFormatter formatter, TemporalAccessor value) {
    boolean bc = value.get(ChronoField.ERA) == IsoEra.BCE.getValue();
    return formatter.format(value) + (bc ? " BC" : "");
  }
}
