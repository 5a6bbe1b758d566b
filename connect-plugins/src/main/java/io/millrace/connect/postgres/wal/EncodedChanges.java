package io.millrace.connect.postgres.wal;

import io.millrace.core.change.Position;
import java.nio.ByteBuffer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A batch of one bucket's changes, ready to be sent.
 *
 * @param table whose changes
 * @param schema of the batch
 * @param bucket which bucket the rows' keys belong to
 * @param first where its first change stands
 * @param last where its last change stands
 * @param rows how many changes it has
 * @param value the Arrow IPC stream, which fills the array behind it
 */
public record EncodedChanges(
    ChangedTable table,
    Schema schema,
    int bucket,
    Position first,
    Position last,
    int rows,
    ByteBuffer value) {

  /** Takes batches as they are closed. */
  @FunctionalInterface
  public interface Output {
    /** Takes the next one; of each bucket they come in order. */
    void accept(EncodedChanges changes) throws InterruptedException;
  }
}
