package io.millrace.core.wire;

import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;

/**
 * Refuses a schema that unfolds: a flatbuffer may refer to one field or text from many places, so
 * that a few hundred bytes describe billions of fields. Who writes each where it belongs has at
 * least as many bytes as there are to be read.
 */
final class SchemaGuard {
  private static final int DEEPEST = 100;

  /** What a field or an entry of metadata takes at least: its reference, and that to its layout. */
  private static final int SMALLEST = 8;

  private long left;

  private SchemaGuard(long bytes) {
    left = bytes;
  }

  /**
   * Walks the schema without building anything.
   *
   * @throws IllegalArgumentException if there is more of it than the message has bytes
   */
  static void check(Message message) {
    var schema = (Schema) message.header(new Schema());
    var guard = new SchemaGuard(message.getByteBuffer().remaining());
    for (int i = 0; i < schema.customMetadataLength(); i++) {
      guard.take(schema.customMetadata(i));
    }
    for (int i = 0; i < schema.fieldsLength(); i++) {
      guard.take(schema.fields(i), DEEPEST);
    }
  }

  private void take(Field field, int deeper) {
    if (deeper == 0) {
      throw new IllegalArgumentException(
          "its fields lie more than %d deep in each other".formatted(DEEPEST));
    }
    take(SMALLEST);
    take(field.nameAsByteBuffer());
    if (field.typeType() == Type.Timestamp) {
      take(((Timestamp) field.type(new Timestamp())).timezoneAsByteBuffer());
    } else if (field.typeType() == Type.Union) {
      take((long) Integer.BYTES * ((Union) field.type(new Union())).typeIdsLength());
    }
    for (int i = 0; i < field.customMetadataLength(); i++) {
      take(field.customMetadata(i));
    }
    for (int i = 0; i < field.childrenLength(); i++) {
      take(field.children(i), deeper - 1);
    }
  }

  private void take(KeyValue entry) {
    take(SMALLEST);
    take(entry.keyAsByteBuffer());
    take(entry.valueAsByteBuffer());
  }

  private void take(ByteBuffer text) {
    take(text == null ? 0 : text.remaining());
  }

  private void take(long bytes) {
    left -= bytes;
    if (left < 0) {
      throw new IllegalArgumentException("its schema unfolds to more than it has bytes for");
    }
  }
}
