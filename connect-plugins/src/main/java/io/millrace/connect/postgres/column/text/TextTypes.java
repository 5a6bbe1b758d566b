package io.millrace.connect.postgres.column.text;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.Selection;
import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TextForm;
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
  private static final int INET = 869;
  private static final byte[] LENGTH_4 = "/32".getBytes(US_ASCII);
  private static final byte[] LENGTH_6 = "/128".getBytes(US_ASCII);

  private TextTypes() {}

  /** Chooses for a type; nothing if it is none of these. */
  public static Optional<ValueType> find(PostgresType.Scalar type) {
    return Optional.ofNullable(
        switch (type.oid()) {
          case Oid.TEXT, Oid.VARCHAR, Oid.BPCHAR, Oid.NAME -> sent(type);
          case Oid.BYTEA -> bytes(type).readFromText(HexText.bytea());
          case Oid.JSON -> sent(type).withExtension("arrow.json", "");
          case Oid.JSONB ->
              variable(type, ArrowType.Utf8.INSTANCE, BytesAppender::jsonb)
                  .readFromText(TextTypes::jsonb)
                  .withExtension("arrow.json", "");
          case Oid.UUID ->
              ValueType.flat(
                      type,
                      new ArrowType.FixedSizeBinary(16),
                      Fit.WHOLE,
                      (vector, policy) -> new UuidAppender((FixedSizeBinaryVector) vector))
                  .readFromText(HexText.uuid())
                  .withExtension("arrow.uuid", "");
          default -> null;
        });
  }

  /** A type whose binary format is its text. */
  public static ValueType sent(PostgresType type) {
    return variable(type, ArrowType.Utf8.INSTANCE, BytesAppender::plain)
        .readFromText(TextForm.SAME);
  }

  /** A type of which the server is asked for the text. */
  public static ValueType cast(PostgresType type) {
    ValueType text = sent(type).selectedBy(Selection.TEXT);
    return type.oid() == INET ? text.readFromText(TextTypes::inet) : text;
  }

  /** The cast writes the length of the whole address, which the output function leaves out. */
  private static void inet(byte[] text, int from, int to, SentBytes out) {
    out.put(text, from, to - from);
    boolean version6 = false;
    for (int i = from; i < to; i++) {
      if (text[i] == '/') {
        return;
      }
      version6 |= text[i] == ':';
    }
    byte[] length = version6 ? LENGTH_6 : LENGTH_4;
    out.put(length, 0, length.length);
  }

  /** A type that is read as bytes. */
  public static ValueType bytes(PostgresType type) {
    return variable(type, ArrowType.Binary.INSTANCE, BytesAppender::plain);
  }

  private static void jsonb(byte[] text, int from, int to, SentBytes out) {
    out.putInt8(BytesAppender.JSONB_VERSION);
    out.put(text, from, to - from);
  }

  private interface VariableOpener {
    ColumnAppender open(BaseVariableWidthVector vector);
  }

  private static ValueType variable(PostgresType type, ArrowType arrow, VariableOpener opener) {
    return ValueType.flat(
        type, arrow, Fit.WHOLE, (vector, policy) -> opener.open((BaseVariableWidthVector) vector));
  }
}
