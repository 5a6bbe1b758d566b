package io.millrace.runtime.replay;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.Replay;
import io.millrace.core.stage.Sink;
import io.millrace.runtime.run.ProcessMemory;
import io.millrace.runtime.run.RunProgress;
import io.millrace.runtime.run.Stopping;
import io.millrace.runtime.sink.ReplayResult;
import io.millrace.runtime.sink.ReplayRuntime;
import io.millrace.runtime.sink.ReplayScope;
import io.millrace.runtime.sink.SinkEvents;
import io.millrace.runtime.sink.SinkProgress;
import io.millrace.runtime.sink.SinkSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One step being done, under the number it has in the ledger.
 *
 * @param range what is read: of a replay that is gone on with, what it was to read and what it
 *     would have to read now
 * @param claimed the replay; {@code null} where plans are completed under their own names
 */
record ReplayPass(
    ReplayStep step, SinkSettings settings, Sink sink, List<LogSpan> range, Replay claimed) {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** Takes a number for the step, if it needs one. */
  static ReplayPass of(ReplayStep step, SinkSettings settings, Sink sink) {
    if (step.names() == ReplayStep.Names.OWN) {
      return new ReplayPass(step, settings, sink, step.range(), null);
    }
    String fingerprint = settings.transforms().fingerprint(sink);
    Replay claimed = sink.ledger().claimReplay(step.words(), fingerprint, step.range());
    return new ReplayPass(step, settings, sink, joined(claimed.range(), step.range()), claimed);
  }

  private static List<LogSpan> joined(List<LogSpan> claimed, List<LogSpan> now) {
    var spans = new TreeMap<String, LogSpan>();
    for (List<LogSpan> range : List.of(claimed, now)) {
      range.forEach(
          span -> spans.merge(span.topic() + "-" + span.partition(), span, LogSpan::union));
    }
    return List.copyOf(spans.values());
  }

  /** The replay's number; 0 where plans are completed. */
  int number() {
    return claimed == null ? 0 : claimed.number();
  }

  /** Reads and loads to the end; nothing if it was stopped before. */
  Optional<ReplayResult> run(
      ProcessMemory memory, InstantSource clock, RunProgress progress, Stopping stopping) {
    long length = range.stream().mapToLong(LogSpan::length).sum();
    progress.step(
        claimed == null
            ? "Completing %s: %,d records to read".formatted(step.words(), length)
            : "Replay %d: %s, %,d records to read".formatted(number(), step.words(), length));
    var scope = new ReplayScope(range, step.plans(), number());
    long began = System.nanoTime();
    try (var replay =
        new ReplayRuntime(
            settings, sink, scope, memory.waiting(), memory.vectors(), clock, SinkEvents.NONE)) {
      replay.start();
      while (!replay.ended(LOOK_EVERY)) {
        progress.at(state(replay), Duration.ofNanos(System.nanoTime() - began));
        if (stopping.within(Duration.ZERO)) {
          return Optional.empty();
        }
      }
      if (replay.failure().isPresent()) {
        throw failed(replay.failure().get());
      }
      return replay.result();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static RunProgress.State state(ReplayRuntime replay) {
    SinkProgress now = replay.progress();
    return new RunProgress.State(
        now.rows(),
        now.loadedRows(),
        -1,
        (int) now.units(),
        replay.plannedUnits(),
        now.bytes(),
        replay.toGo());
  }

  private static MillraceException failed(Throwable cause) {
    return cause instanceof MillraceException ours
        ? ours
        : MillraceException.lasting(Category.TARGET, "The replay has stopped: " + cause, cause);
  }
}
