package io.millrace.runtime.run;

import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.RunHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Each stream read once as a whole: published in each sink, or known to lack units. */
final class SnapshotGoal implements RunGoal {
  private final RunRequest request;
  private final List<StreamId> streams;
  private final List<PipelineSinks.Running> sinks;
  private final List<RunEvents> events;

  /**
   * The goal of a request.
   *
   * @param events what each of the sinks has done
   */
  SnapshotGoal(
      RunRequest request,
      List<StreamId> streams,
      List<PipelineSinks.Running> sinks,
      List<RunEvents> events) {
    this.request = request;
    this.streams = streams;
    this.sinks = sinks;
    this.events = events;
  }

  @Override
  public Optional<Settled> settled() {
    var settled = new Settled(new ArrayList<>(), new LinkedHashMap<>());
    for (int i = 0; i < events.size(); i++) {
      PipelineSinks.Running sink = sinks.get(i);
      for (StreamId stream : streams) {
        Map<Unit, String> held = events.get(i).held(stream);
        Optional<RunHead> head = answer(sink, stream);
        if (head.isPresent()) {
          settled.published().add(new Published(sink, head.get()));
        } else if (held.isEmpty()) {
          return Optional.empty();
        } else {
          settled.held().putAll(held);
        }
      }
    }
    return Optional.of(settled);
  }

  private Optional<RunHead> answer(PipelineSinks.Running sink, StreamId stream) {
    return sink.sink()
        .ledger()
        .published(stream, RunId.SNAPSHOT)
        .filter(head -> request.answeredBy(head.plan().plan()));
  }
}
