package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.ledger.LogSpan;
import java.nio.ByteBuffer;
import java.util.List;

/** Where the values of one attempt come from. Used by one thread at a time. */
interface AttemptSource extends AutoCloseable {
  /**
   * One record of the attempt.
   *
   * @param value its value
   * @param rows how many of them its header announces
   * @param offset its place in the log
   */
  record Batch(ByteBuffer value, long rows, long offset) {}

  /**
   * The record with this sequence. Asked for in order; asking for 0 again begins anew.
   *
   * @throws MillraceException (DATA) if there is none, naming it; (KAFKA or TARGET) if it cannot be
   *     read now
   */
  Batch batch(int sequence);

  /**
   * Offset of the attempt's first record in the TopicPartition where it ended; known when all
   * records were asked for.
   */
  long first();

  /** The parts of other TopicPartitions that records came from; known as late. */
  default List<LogSpan> elsewhere() {
    return List.of();
  }

  @Override
  void close();
}
