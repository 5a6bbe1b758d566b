package io.millrace.connect.postgres.column.text;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.Selection;
import io.millrace.connect.postgres.column.append.ValueType;
import io.millrace.connect.postgres.column.append.ValueType.Fit;
import io.millrace.connect.postgres.server.PostgresType;
import java.util.Optional;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.postgresql.core.Oid;

/** Text, bytes, JSON and UUIDs, and everything else as the server's own text. */
public final class TextTypes {
  private TextTypes() {}

  /** Chooses for a type; nothing if it is none of these. */
  public static Optional<ValueType> find(PostgresType.Scalar type) {
    return Optional.ofNullable(
        switch (type.oid()) {
          case Oid.TEXT, Oid.VARCHAR, Oid.BPCHAR, Oid.NAME -> sent(type);
          case Oid.BYTEA -> bytes(type);
          case Oid.JSON -> sent(type).withExtension("arrow.json", "");
          case Oid.JSONB ->
              variable(type, ArrowType.Utf8.INSTANCE, BytesAppender::jsonb)
                  .withExtension("arrow.json", "");
          case Oid.UUID ->
              ValueType.flat(
                      type,
                      new ArrowType.FixedSizeBinary(16),
                      Fit.WHOLE,
                      (vector, policy) -> new UuidAppender((FixedSizeBinaryVector) vector))
                  .withExtension("arrow.uuid", "");
          default -> null;
        });
  }

  /** A type whose binary format is its text. */
  public static ValueType sent(PostgresType type) {
    return variable(type, ArrowType.Utf8.INSTANCE, BytesAppender::plain);
  }

  /** A type of which the server is asked for the text. */
  public static ValueType cast(PostgresType type) {
    return sent(type).selectedBy(Selection.TEXT);
  }

  /** A type that is read as bytes. */
  public static ValueType bytes(PostgresType type) {
    return variable(type, ArrowType.Binary.INSTANCE, BytesAppender::plain);
  }

  private interface VariableOpener {
    ColumnAppender open(BaseVariableWidthVector vector);
  }

  private static ValueType variable(PostgresType type, ArrowType arrow, VariableOpener opener) {
    return ValueType.flat(
        type, arrow, Fit.WHOLE, (vector, policy) -> opener.open((BaseVariableWidthVector) vector));
  }
}
