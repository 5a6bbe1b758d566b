package io.millrace.runtime.run;

import io.millrace.core.Unit;
import io.millrace.core.ledger.RunHead;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a run works towards. */
interface RunGoal {
  /** Of a run that goes on until it is stopped. */
  RunGoal ENDLESS = Optional::empty;

  /**
   * A run of a stream that is whole in a sink.
   *
   * @param sink the sink
   * @param head what it has published
   */
  record Published(PipelineSinks.Running sink, RunHead head) {}

  /**
   * What has become of all that was asked for.
   *
   * @param published what is whole
   * @param held the units that the rest lacks, each with the reason
   */
  record Settled(List<Published> published, Map<Unit, String> held) {}

  /** Nothing if there is still something to wait for. */
  Optional<Settled> settled();
}
