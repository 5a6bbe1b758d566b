package io.millrace.runtime.run;

import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.RunHead;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Each stream read once as a whole: published in each sink, or known to lack units. Ledgers are
 * asked when something was decided here, and now and then for what others did.
 */
final class SnapshotGoal implements RunGoal {
  private static final Duration ASK_EVERY = Duration.ofSeconds(2);

  /** One stream in one sink. */
  private record Part(PipelineSinks.Running sink, RunEvents heard, StreamId stream) {}

  private final RunRequest request;
  private final List<Part> parts = new ArrayList<>();
  private final InstantSource clock;
  private final Set<Part> answered = new HashSet<>();
  private Instant next = Instant.MIN;
  private long seen;

  /**
   * The goal of a request.
   *
   * @param events what each of the sinks has done
   */
  SnapshotGoal(
      RunRequest request,
      List<StreamId> streams,
      List<PipelineSinks.Running> sinks,
      List<RunEvents> events,
      InstantSource clock) {
    this.request = request;
    this.clock = clock;
    for (int i = 0; i < sinks.size(); i++) {
      for (StreamId stream : streams) {
        parts.add(new Part(sinks.get(i), events.get(i), stream));
      }
    }
  }

  @Override
  public Optional<Settled> settled() {
    long decisions = parts.stream().mapToLong(part -> part.heard.decisions()).sum();
    boolean due = decisions != seen || !clock.instant().isBefore(next);
    if (due) {
      seen = decisions;
      next = clock.instant().plus(ASK_EVERY);
      for (Part part : parts) {
        if (!answered.contains(part) && answer(part).isPresent()) {
          answered.add(part);
        }
      }
    }
    boolean waiting =
        parts.stream().anyMatch(part -> !answered.contains(part) && held(part).isEmpty());
    return waiting ? Optional.empty() : outcome();
  }

  /** Asks once more: a later plan may have answered the request again. */
  private Optional<Settled> outcome() {
    var settled = new Settled(new ArrayList<>(), new LinkedHashMap<>());
    for (Part part : parts) {
      answer(part)
          .ifPresentOrElse(
              head -> settled.published().add(new Published(part.sink, head)),
              () -> settled.held().putAll(held(part)));
    }
    return Optional.of(settled);
  }

  private static Map<Unit, String> held(Part part) {
    return part.heard.held(part.stream);
  }

  private Optional<RunHead> answer(Part part) {
    return part.sink
        .sink()
        .ledger()
        .published(part.stream, RunId.SNAPSHOT)
        .filter(head -> request.answeredBy(head.plan().plan()));
  }
}
