package io.millrace.runtime.sink;

import io.millrace.runtime.lane.AttemptEnd;
import java.util.function.Supplier;

/**
 * What the lanes of one sink share.
 *
 * @param headers reads the records' headers
 * @param inbox brings answers and outcomes back to the consumer's thread
 * @param lookUps asks the ledger
 * @param writers where is loaded
 * @param loader loads
 * @param settler looks after plans
 * @param buffers makes empty buffers
 * @param rereads opens an attempt as it lies in the log
 * @param events hear of it all
 */
record LaneServices(
    HeaderReader headers,
    Inbox inbox,
    LookUps lookUps,
    WriterPool writers,
    Loader loader,
    Settler settler,
    Supplier<UnitBuffer> buffers,
    Rereads rereads,
    SinkEvents events) {

  /** Opens an attempt that lies in the log, up to and including an offset. */
  interface Rereads {
    AttemptSource open(LanePlace place, AttemptEnd end, long through);
  }
}
