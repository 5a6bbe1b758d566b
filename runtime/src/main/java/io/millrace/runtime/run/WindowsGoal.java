package io.millrace.runtime.run;

import io.millrace.core.MillraceException;
import io.millrace.core.PlannedRun;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.stage.SourceRequest;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.connect.ConnectClient;
import io.millrace.runtime.connect.ConnectorConfig;
import io.millrace.runtime.connect.KafkaCluster;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * All windows that a request asks for: published by the source, read by every sink to the end of
 * the log, and visible there or known to lack units.
 */
final class WindowsGoal implements RunGoal {
  private static final Duration ASK_EVERY = Duration.ofSeconds(1);

  private final Pipeline pipeline;
  private final RunRequest request;
  private final SourceRequest asked;
  private final List<PipelineSinks.Running> sinks;
  private final List<RunEvents> events;
  private final InstantSource clock;
  private final ConnectClient connect;
  private Instant next = Instant.MIN;
  private boolean fulfilled;

  /**
   * The goal of a request.
   *
   * @param pipeline with its servers, and its streams known
   * @param asked the same request as the source sees it
   * @param events what each of the sinks has done
   */
  WindowsGoal(
      Pipeline pipeline,
      RunRequest request,
      SourceRequest asked,
      List<PipelineSinks.Running> sinks,
      List<RunEvents> events,
      InstantSource clock) {
    this.pipeline = pipeline;
    this.request = request;
    this.asked = asked;
    this.sinks = sinks;
    this.events = events;
    this.clock = clock;
    this.connect = new ConnectClient(pipeline.connect().url().orElseThrow());
  }

  @Override
  public Optional<Settled> settled() {
    if (clock.instant().isBefore(next)) {
      return Optional.empty();
    }
    next = clock.instant().plus(ASK_EVERY);
    try {
      fulfilled =
          fulfilled
              || pipeline
                  .source()
                  .isFulfilled(asked, connect.offsets(ConnectorConfig.name(pipeline)));
      return fulfilled && isReadToItsEnd() && isVisible()
          ? Optional.of(outcome())
          : Optional.empty();
    } catch (MillraceException e) {
      if (e.retriable()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private boolean isReadToItsEnd() {
    List<String> topics = pipeline.streams().orElseThrow().stream().map(StreamId::topic).toList();
    try (KafkaCluster kafka = KafkaCluster.open(pipeline.kafka())) {
      return sinks.stream()
          .allMatch(
              sink ->
                  kafka.lag(pipeline.group(sink.spec()), topics).values().stream()
                      .allMatch(lag -> lag == 0));
    }
  }

  /**
   * A plan that readers do not see, nor a later one, must at least be known to lack something. One
   * that they do see may stay open for as long as superseded files are kept.
   */
  private boolean isVisible() {
    for (int i = 0; i < events.size(); i++) {
      RunEvents heard = events.get(i);
      Ledger ledger = sinks.get(i).sink().ledger();
      boolean waiting =
          ledger.openPlans().stream()
              .map(OpenPlan::plan)
              .filter(plan -> request.answeredBy(plan.plan()))
              .anyMatch(plan -> !heard.isHeld(plan) && !isPublished(ledger, plan));
      if (waiting) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPublished(Ledger ledger, PlannedRun plan) {
    return ledger
        .published(plan.stream(), plan.run())
        .filter(head -> head.plan().plan().compareTo(plan.plan()) >= 0)
        .isPresent();
  }

  private Settled outcome() {
    var settled = new Settled(new ArrayList<>(), new LinkedHashMap<>());
    for (int i = 0; i < events.size(); i++) {
      PipelineSinks.Running sink = sinks.get(i);
      for (PlannedRun run : events.get(i).loadedRuns()) {
        sink.sink()
            .ledger()
            .published(run.stream(), run.run())
            .filter(head -> head.plan().equals(run))
            .ifPresent(head -> settled.published().add(new Published(sink, head)));
      }
      settled.held().putAll(events.get(i).held());
    }
    return settled;
  }
}
