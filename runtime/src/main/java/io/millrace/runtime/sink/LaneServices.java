package io.millrace.runtime.sink;

import io.millrace.runtime.lane.AttemptEnd;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the lanes of one sink share.
 *
 * @param headers reads the records' headers
 * @param inbox brings answers and outcomes back to the consumer's thread
 * @param lookUps asks the ledger
 * @param writers load
 * @param settler looks after plans
 * @param letters writes dead letters
 * @param buffers makes empty buffers
 * @param rereads opens an attempt as it lies in the log
 * @param events hear of it all
 */
record LaneServices(
    HeaderReader headers,
    Inbox inbox,
    LookUps lookUps,
    WriterPool writers,
    Settler settler,
    Letters letters,
    Supplier<UnitBuffer> buffers,
    Rereads rereads,
    SinkEvents events) {

  /** Opens an attempt that lies in the log, up to and including an offset. */
  interface Rereads {
    AttemptSource open(LanePlace place, AttemptEnd end, long through);
  }

  /** Writes dead letters. */
  interface Letters {
    /**
     * Writes the letter of the record at this offset as long as it is wanted; {@code written} hears
     * on another thread that it lies in its topic.
     */
    void write(
        LanePlace place, long offset, String reason, BooleanSupplier wanted, Runnable written);
  }
}
