package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import java.nio.ByteBuffer;

/** Where the values of one attempt come from. Used by one thread at a time. */
interface AttemptSource extends AutoCloseable {
  /**
   * The value of the record with this sequence. Asked for in order; asking for 0 again begins anew.
   *
   * @throws MillraceException (DATA) if there is none, naming it; (KAFKA or TARGET) if it cannot be
   *     read now
   */
  ByteBuffer value(int sequence);

  /** Offset of the attempt's first record; known when all values were asked for. */
  long first();

  @Override
  void close();
}
