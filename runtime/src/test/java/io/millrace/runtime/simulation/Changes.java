package io.millrace.runtime.simulation;

import io.millrace.core.change.Position;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.SchemaFingerprint;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Values of records of changes: ids in a row, each with its position. */
final class Changes {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.notNullable("id", new ArrowType.Int(64, true)),
              Field.notNullable("_lsn", new ArrowType.Int(64, true)),
              Field.notNullable("_seq", new ArrowType.Int(64, true))));

  static final String FINGERPRINT = SchemaFingerprint.of(SCHEMA);

  /** What stands in a tick. */
  static final byte[] NONE = new ArrowCodec().encode(SCHEMA);

  /**
   * One change.
   *
   * @param bucket number of its key's bucket
   */
  record Change(Position position, int bucket, long id) {}

  private Changes() {}

  /** A batch of these. */
  static byte[] batch(List<Change> changes, BufferAllocator allocator) {
    try (var root = VectorSchemaRoot.create(SCHEMA, allocator)) {
      root.getFieldVectors().forEach(vector -> vector.setInitialCapacity(changes.size()));
      root.allocateNew();
      for (int row = 0; row < changes.size(); row++) {
        Change change = changes.get(row);
        ((BigIntVector) root.getVector(0)).set(row, change.id());
        ((BigIntVector) root.getVector(1)).set(row, change.position().commit());
        ((BigIntVector) root.getVector(2)).set(row, change.position().index());
      }
      root.setRowCount(changes.size());
      return new ArrowCodec().encode(root);
    }
  }
}
