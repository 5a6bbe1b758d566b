package io.millrace.runtime.cli;

import io.millrace.core.Nonces;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.stage.SinkContext;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import java.security.SecureRandom;

/** What a pipeline's targets remember. */
final class Ledgers {
  private static final String NO_CLUSTER = "";

  private Ledgers() {}

  /** The ledger of a sink, to look at. */
  static LedgerView look(Surroundings surroundings, Pipeline pipeline, SinkSpec<?> sink) {
    return sink.look(context(surroundings, pipeline, sink));
  }

  /** What a sink is opened with by whoever works on its ledger alone, without Kafka. */
  static SinkContext context(Surroundings surroundings, Pipeline pipeline, SinkSpec<?> sink) {
    return new SinkContext(
        pipeline.name(),
        sink.name(),
        pipeline.layout(),
        NO_CLUSTER,
        surroundings.folder(),
        new Nonces(new SecureRandom()),
        surroundings.clock());
  }
}
