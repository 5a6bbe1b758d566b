package io.millrace.runtime.simulation;

import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.SchemaFingerprint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Values of records: ids in a row. The worlds of all seeds need the same few, made once. */
final class Values {
  private static final Schema SCHEMA =
      new Schema(List.of(Field.notNullable("id", new ArrowType.Int(64, true))));
  private static final Map<Long, byte[]> BATCHES = new ConcurrentHashMap<>();

  static final String FINGERPRINT = SchemaFingerprint.of(SCHEMA);

  /** What stands in a partition-end. */
  static final byte[] END = new ArrowCodec().encode(SCHEMA);

  static final byte[] GARBLED = "This is not Arrow".getBytes(StandardCharsets.UTF_8);

  private Values() {}

  /** A batch of the ids {@code first}, {@code first + 1} ...; fewer than ten. */
  static byte[] batch(long first, int rows) {
    return BATCHES.computeIfAbsent(first * 10 + rows, key -> encode(first, rows));
  }

  private static byte[] encode(long first, int rows) {
    try (BufferAllocator allocator = new RootAllocator();
        var root = VectorSchemaRoot.create(SCHEMA, allocator)) {
      var ids = (BigIntVector) root.getVector(0);
      ids.allocateNew(Math.max(1, rows));
      for (int i = 0; i < rows; i++) {
        ids.set(i, first + i);
      }
      root.setRowCount(rows);
      return new ArrowCodec().encode(root);
    }
  }

  /** The ids in a staged file. */
  static List<Long> ids(byte[] file) {
    return new String(file, StandardCharsets.UTF_8).lines().map(Long::valueOf).toList();
  }

  /** A file of these ids. */
  static byte[] file(List<Long> ids) {
    var text = new StringBuilder();
    ids.forEach(id -> text.append(id).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The ids of a batch, added to those. */
  static void read(VectorSchemaRoot batch, List<Long> into) {
    var ids = (BigIntVector) batch.getVector(0);
    for (int i = 0; i < batch.getRowCount(); i++) {
      into.add(ids.get(i));
    }
  }
}
