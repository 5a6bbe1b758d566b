package io.millrace.connect.debezium.value;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.kafka.connect.data.Schema;

/** Text, bytes, and what Debezium sends as either. */
final class TextTypes {
  /** Logical types that are read as the text they come as. */
  private static final Set<String> AS_SENT =
      Set.of(
          "io.debezium.data.Enum",
          "io.debezium.data.EnumSet",
          "io.debezium.data.Xml",
          "io.debezium.data.Ltree",
          "io.debezium.data.TsVector",
          "io.debezium.time.Interval",
          "io.debezium.time.IsoDate",
          "io.debezium.time.IsoTime",
          "io.debezium.time.IsoTimestamp",
          "io.debezium.time.ZonedTime");

  private static final int UUID_BYTES = 16;

  Optional<ValueType> find(Schema schema) {
    return Optional.ofNullable(
        switch (schema.type()) {
          case STRING -> text(schema.name());
          case BYTES -> bytes(schema);
          default -> null;
        });
  }

  private static ValueType text(String name) {
    if (name == null || AS_SENT.contains(name)) {
      return ofText();
    }
    return switch (name) {
      case "io.debezium.data.Json" -> ofText().withExtension("arrow.json");
      case "io.debezium.data.Uuid" ->
          ValueType.flat(new ArrowType.FixedSizeBinary(UUID_BYTES), TextTypes::uuids)
              .withExtension("arrow.uuid");
      default -> null;
    };
  }

  private static ValueType bytes(Schema schema) {
    if (schema.name() == null) {
      return ValueType.flat(ArrowType.Binary.INSTANCE, TextTypes::blobs);
    }
    if (!schema.name().equals("io.debezium.data.Bits")) {
      return null;
    }
    String length = schema.parameters() == null ? null : schema.parameters().get("length");
    return ValueType.flat(
        ArrowType.Utf8.INSTANCE,
        vector -> bits(vector, length == null ? 0 : Integer.parseInt(length)));
  }

  /** Text that a writer puts into UTF-8. */
  static ValueType ofText() {
    return ValueType.flat(
        ArrowType.Utf8.INSTANCE, vector -> (row, value) -> put(vector, row, value.toString()));
  }

  static long put(FieldVector vector, int row, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    ((VarCharVector) vector).setSafe(row, bytes, 0, bytes.length);
    return (long) bytes.length + Integer.BYTES;
  }

  private static ValueWriter uuids(FieldVector vector) {
    return (row, value) -> {
      UUID uuid = UUID.fromString((String) value);
      ByteBuffer bytes = ByteBuffer.allocate(UUID_BYTES);
      bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
      ((FixedSizeBinaryVector) vector).setSafe(row, bytes.array());
      return UUID_BYTES;
    };
  }

  private static ValueWriter blobs(FieldVector vector) {
    return (row, value) -> {
      byte[] bytes = array(value);
      ((VarBinaryVector) vector).setSafe(row, bytes, 0, bytes.length);
      return (long) bytes.length + Integer.BYTES;
    };
  }

  /** The bits of a number whose lowest byte comes first, as text, the highest bit first. */
  private static ValueWriter bits(FieldVector vector, int length) {
    return (row, value) -> {
      byte[] bytes = array(value);
      int count = length > 0 ? length : bytes.length * Byte.SIZE;
      byte[] text = new byte[count];
      for (int bit = 0; bit < count; bit++) {
        int at = bit / Byte.SIZE;
        boolean set = at < bytes.length && (bytes[at] >> (bit % Byte.SIZE) & 1) == 1;
        text[count - 1 - bit] = (byte) (set ? '1' : '0');
      }
      return put(vector, row, new String(text, US_ASCII));
    };
  }

  /** Connect allows both forms. */
  static byte[] array(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    ByteBuffer from = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    return bytes;
  }
}
