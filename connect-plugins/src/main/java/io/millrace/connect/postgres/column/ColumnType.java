package io.millrace.connect.postgres.column;

import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.SqlText;
import io.millrace.connect.postgres.server.Table;
import io.millrace.core.stage.SourceTable;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.postgresql.core.Oid;

/** What a column becomes: its Arrow field, what to select for it, and who appends it. */
public final class ColumnType {
  private static final int MODIFIER_OFFSET = 4;
  private static final int MOST_DIGITS_128 = 38;
  private static final int MOST_DIGITS_256 = 76;
  private static final String EXTENSION_NAME = "ARROW:extension:name";
  private static final String EXTENSION_METADATA = "ARROW:extension:metadata";

  private final Column column;
  private final Field field;
  private final boolean cast;
  private final Opener opener;

  private interface Opener {
    ColumnAppender open(FieldVector vector, String column);
  }

  private ColumnType(Column column, Field field, boolean cast, Opener opener) {
    this.column = column;
    this.field = field;
    this.cast = cast;
    this.opener = opener;
  }

  /** The schema of a table's batches. */
  public static Schema schema(Table table) {
    return new Schema(table.columns().stream().map(column -> of(column).field()).toList());
  }

  /** Chooses by the OID of the column's type; a type that is not known here is read as text. */
  public static ColumnType of(Column column) {
    return switch (column.typeOid()) {
      case Oid.BOOL ->
          sent(column, ArrowType.Bool.INSTANCE, (v, c) -> new BoolAppender((BitVector) v, c));
      case Oid.INT2 -> sent(column, new ArrowType.Int(16, true), fixed(Int16Appender::new));
      case Oid.INT4 -> sent(column, new ArrowType.Int(32, true), fixed(Bits32Appender::new));
      case Oid.INT8 -> sent(column, new ArrowType.Int(64, true), fixed(Bits64Appender::new));
      case Oid.FLOAT4 ->
          sent(
              column,
              new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
              fixed(Bits32Appender::new));
      case Oid.FLOAT8 ->
          sent(
              column,
              new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
              fixed(Bits64Appender::new));
      case Oid.NUMERIC -> numeric(column);
      case Oid.TEXT, Oid.VARCHAR, Oid.BPCHAR, Oid.NAME ->
          sent(column, ArrowType.Utf8.INSTANCE, variable(VariableWidthAppender::plain));
      case Oid.BYTEA ->
          sent(column, ArrowType.Binary.INSTANCE, variable(VariableWidthAppender::plain));
      case Oid.DATE ->
          sent(
              column,
              new ArrowType.Date(DateUnit.DAY),
              (v, c) -> new DateAppender((DateDayVector) v, c));
      case Oid.TIME ->
          sent(
              column,
              new ArrowType.Time(TimeUnit.MICROSECOND, 64),
              (v, c) -> new TimeAppender((TimeMicroVector) v, c));
      case Oid.TIMESTAMP -> timestamp(column, null);
      case Oid.TIMESTAMPTZ -> timestamp(column, "UTC");
      case Oid.UUID ->
          extension(
              column,
              new ArrowType.FixedSizeBinary(16),
              "arrow.uuid",
              (v, c) -> new UuidAppender((FixedSizeBinaryVector) v, c));
      case Oid.JSON -> json(column, variable(VariableWidthAppender::plain));
      case Oid.JSONB -> json(column, variable(VariableWidthAppender::jsonb));
      default -> castToText(column);
    };
  }

  private static ColumnType timestamp(Column column, String zone) {
    return sent(
        column,
        new ArrowType.Timestamp(TimeUnit.MICROSECOND, zone),
        (v, c) -> new TimestampAppender((TimeStampVector) v, c));
  }

  /**
   * The modifier is that of numeric.c: precision in the upper 16 bits, scale in the lower 11 with
   * its sign. A negative scale (rounding before the point) and one above the precision take more
   * digits.
   */
  private static ColumnType numeric(Column column) {
    int modifier = column.modifier() - MODIFIER_OFFSET;
    int declaredScale = ((modifier & 0x7ff) ^ 0x400) - 0x400;
    int scale = Math.max(0, declaredScale);
    int precision = Math.max(((modifier >> 16) & 0xffff) + scale - declaredScale, scale);
    if (column.modifier() < MODIFIER_OFFSET || precision > MOST_DIGITS_256) {
      return castToText(column);
    }
    return sent(
        column,
        new ArrowType.Decimal(precision, scale, precision <= MOST_DIGITS_128 ? 128 : 256),
        (v, c) -> new DecimalAppender((BaseFixedWidthVector) v, scale, c));
  }

  private static ColumnType json(Column column, Opener opener) {
    return extension(column, ArrowType.Utf8.INSTANCE, "arrow.json", opener);
  }

  private static ColumnType castToText(Column column) {
    return new ColumnType(
        column,
        field(column, ArrowType.Utf8.INSTANCE, Map.of()),
        true,
        variable(VariableWidthAppender::plain));
  }

  private static ColumnType extension(
      Column column, ArrowType type, String extension, Opener opener) {
    Field field = field(column, type, Map.of(EXTENSION_NAME, extension, EXTENSION_METADATA, ""));
    return new ColumnType(column, field, false, opener);
  }

  private static ColumnType sent(Column column, ArrowType type, Opener opener) {
    return new ColumnType(column, field(column, type, Map.of()), false, opener);
  }

  private static Field field(Column column, ArrowType type, Map<String, String> extension) {
    var metadata = new HashMap<>(extension);
    metadata.put(SourceTable.SOURCE_TYPE, column.typeName());
    return new Field(column.name(), new FieldType(column.nullable(), type, null, metadata), null);
  }

  private interface FixedOpener {
    ColumnAppender open(BaseFixedWidthVector vector, String column);
  }

  private static Opener fixed(FixedOpener opener) {
    return (vector, column) -> opener.open((BaseFixedWidthVector) vector, column);
  }

  private interface VariableOpener {
    ColumnAppender open(BaseVariableWidthVector vector, String column);
  }

  private static Opener variable(VariableOpener opener) {
    return (vector, column) -> opener.open((BaseVariableWidthVector) vector, column);
  }

  /** The Arrow field. */
  public Field field() {
    return field;
  }

  /** What to select for it. */
  public String sql() {
    String name = SqlText.identifier(column.name());
    return cast ? name + "::text" : name;
  }

  /** An appender to a vector of {@link #field}; {@code table} is named in its errors. */
  public ColumnAppender appender(FieldVector vector, String table) {
    return opener.open(vector, table + "." + column.name());
  }
}
