package io.millrace.runtime.sink;

import io.millrace.core.ledger.ChangeChains;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * What the lanes of changes of one sink share.
 *
 * @param inbox brings answers and outcomes back to the consumer's thread
 * @param lookUps asks the chains
 * @param chains the ledger's
 * @param fetches reads what is missing
 * @param consumers gives consumers outside the group
 * @param writers where is loaded
 * @param loader loads
 * @param buffers makes empty buffers
 * @param events hear of it all
 */
record ChangeServices(
    Inbox inbox,
    PatientCalls lookUps,
    ChangeChains chains,
    PatientCalls fetches,
    Supplier<Consumer<byte[], byte[]>> consumers,
    WriterPool writers,
    CutLoader loader,
    Supplier<UnitBuffer> buffers,
    SinkEvents events) {}
