package io.millrace.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A short name of a schema: the first 8 bytes of SHA-256 over a text of ours, in hex. Not over
 * Arrow's own bytes: those have metadata in the order of a hash map, and change with Arrow.
 */
public final class SchemaFingerprint {
  private static final int BYTES = 8;

  private SchemaFingerprint() {}

  /**
   * 16 hex digits; equal schemas (names, types, nullability, metadata) have equal fingerprints. A
   * dictionary makes no difference: take the schema as {@link ArrowCodec#schema} gives it.
   */
  public static String of(Schema schema) {
    var text = new StringBuilder();
    append(text, schema.getFields());
    append(text, schema.getCustomMetadata());
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static void append(StringBuilder text, List<Field> fields) {
    text.append('[');
    for (Field field : fields) {
      append(text, field.getName());
      append(text, storage(field.getType()).toString());
      text.append(field.isNullable() ? '?' : '!');
      append(text, field.getMetadata());
      append(text, field.getChildren());
    }
    text.append(']');
  }

  /** An extension's name stands in the metadata, whether this JVM knows the extension or not. */
  private static ArrowType storage(ArrowType type) {
    return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
  }

  private static void append(StringBuilder text, Map<String, String> metadata) {
    text.append('{');
    new TreeMap<>(metadata)
        .forEach(
            (key, value) -> {
              append(text, key);
              append(text, value);
            });
    text.append('}');
  }

  /** With its length, so that no two lists of texts look alike. */
  private static void append(StringBuilder text, String part) {
    text.append(part.length()).append(':').append(part);
  }
}
