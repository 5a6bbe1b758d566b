package io.millrace.runtime.sink;

import io.millrace.core.Unit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogSpan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The lanes of a replay on their way from the beginnings of their parts of the log to the ends.
 * Touched by the consumer's thread only, but for what says how far it has come.
 */
final class ReplayReading {
  /** What is unusable was so for the sink itself, which has written its letters. */
  private static final LaneLetters.Writer NO_LETTERS =
      (place, offset, reason, wanted, written) -> written.run();

  private final SinkSettings settings;
  private final Ledger ledger;
  private final ReplayScope scope;
  private final SinkParts parts;
  private final ReplayedPlans plans;

  /** The lanes whose parts of the log are not empty, each with where its part ends. */
  private final Map<Lane, Long> ends = new LinkedHashMap<>();

  private Consumer<byte[], byte[]> consumer;
  private volatile long toGo;
  private volatile ReplayResult result;

  /** Nothing is read yet. */
  ReplayReading(SinkSettings settings, Ledger ledger, ReplayScope scope, SinkParts parts) {
    this.settings = settings;
    this.ledger = ledger;
    this.scope = scope;
    this.parts = parts;
    this.plans = new ReplayedPlans(scope);
    this.toGo = scope.range().stream().mapToLong(LogSpan::length).sum();
  }

  /** Begins the lanes of a consumer that belongs to no group; the parts are to turn it. */
  void begin(Consumer<byte[], byte[]> outsider) {
    consumer = outsider;
    Map<TopicPartition, LogSpan> spans =
        scope.range().stream()
            .filter(span -> span.length() > 0)
            .collect(
                Collectors.toMap(
                    span -> new TopicPartition(span.topic(), span.partition()),
                    span -> span,
                    LogSpan::union,
                    LinkedHashMap::new));
    consumer.assign(spans.keySet());
    // A log that was cut off at its end does not come back: nobody shall wait for that.
    Map<TopicPartition, Long> logEnds = consumer.endOffsets(spans.keySet());
    var lanes =
        new Lanes(
            consumer,
            topics -> Map.of(),
            ledger,
            parts.retries(),
            settings::stream,
            (place, stream) ->
                parts.lane(
                    place,
                    stream,
                    plans.until(spans.get(place.topicPartition()).to()),
                    NO_LETTERS));
    parts.prepare(consumer, lanes, Checkpoints.NONE);
    spans.forEach(
        (partition, span) -> {
          var place = new LanePlace(span.topic(), span.topicId(), span.partition());
          ends.put(lanes.begin(place, span.from()), Math.min(span.to(), logEnds.get(partition)));
        });
  }

  /** Whether there is something left to be read or loaded; if not, there is a result. */
  boolean goesOn() {
    long left = 0;
    boolean open = false;
    var atEnd = new ArrayList<TopicPartition>();
    for (var entry : ends.entrySet()) {
      Lane lane = entry.getKey();
      long end = entry.getValue();
      long position = consumer.position(lane.place().topicPartition());
      lane.passed(position);
      if (position < end) {
        left += end - position;
      } else {
        atEnd.add(lane.place().topicPartition());
        lane.expectNoMore(
            "no attempt of it ends before offset %d of %s".formatted(end, lane.place()));
      }
      open |= lane.commitOffset().orElse(-1) < end;
    }
    consumer.pause(atEnd);
    toGo = left;
    if (!open) {
      result = conclude();
    }
    return open;
  }

  private ReplayResult conclude() {
    Map<Unit, String> reasons = new HashMap<>();
    for (Lane lane : ends.keySet()) {
      var progress = lane.progress(OptionalLong.empty());
      reasons.putAll(progress.parked());
      reasons.putAll(progress.held());
    }
    var conclusion =
        new ReplayConclusion(
            ledger, plans, parts.planReader(plans), scope.range(), parts.retries());
    var states = conclusion.of(reasons);
    return new ReplayResult(parts.progress().units(), parts.skippedUnits(), states);
  }

  /** What came of it; empty while it goes on, and if it was stopped or failed. */
  Optional<ReplayResult> result() {
    return Optional.ofNullable(result);
  }

  /** Units of the selected plans seen so far. */
  int plannedUnits() {
    return plans.units();
  }

  /** Offsets that are still to be read. */
  long toGo() {
    return toGo;
  }
}
