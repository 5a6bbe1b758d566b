package io.millrace.runtime.replay;

import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.options.NearestWord;
import io.millrace.runtime.replay.ReplayStep.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Turns a selection into passes over the log, by what the ledger and the log tell. */
final class ReplayPlanner {
  /** What the clocks of a source and of Kafka may differ by. */
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);

  private final LedgerView ledger;
  private final ReplayLog log;
  private final List<StreamId> streams;

  /**
   * Plans for these streams.
   *
   * @param ledger of the target that readers see now
   */
  ReplayPlanner(LedgerView ledger, ReplayLog log, List<StreamId> streams) {
    this.ledger = ledger;
    this.log = log;
    this.streams = streams;
  }

  /**
   * What is to be done.
   *
   * @throws MillraceException (CONFIGURATION) if it selects a run that nobody knows, or a topic
   *     that is none of these streams'
   */
  List<ReplayStep> steps(ReplaySelection selection) {
    String words = "%s of %s".formatted(selection, names());
    if (selection instanceof ReplaySelection.Runs runs) {
      return steps(runs);
    } else if (selection instanceof ReplaySelection.Made made) {
      return List.of(
          new ReplayStep(
              words,
              plan -> isMade(plan.plan(), made),
              Map.of(),
              Names.REPLAYED,
              log.since(streams, made.from().minus(CLOCK_SKEW))));
    } else if (selection instanceof ReplaySelection.Offsets offsets) {
      return List.of(step(offsets));
    }
    return List.of(
        new ReplayStep(words, plan -> true, Map.of(), Names.REPLAYED, log.everything(streams)));
  }

  private String names() {
    return streams.stream().map(StreamId::name).collect(Collectors.joining(", "));
  }

  private static boolean isMade(PlanId plan, ReplaySelection.Made made) {
    Instant at = Instant.ofEpochMilli(plan.epochMillis());
    return !at.isBefore(made.from()) && at.isBefore(made.to());
  }

  private ReplayStep step(ReplaySelection.Offsets offsets) {
    StreamId stream =
        streams.stream()
            .filter(id -> id.topic().equals(offsets.topic()))
            .findFirst()
            .orElseThrow(
                () ->
                    MillraceException.configuration(
                        NearestWord.unknown(
                            "topic",
                            offsets.topic(),
                            streams.stream().map(StreamId::topic).toList())));
    LogSpan whole =
        log.whole(List.of(stream)).stream()
            .filter(span -> span.partition() == offsets.partition())
            .findFirst()
            .orElseThrow(
                () ->
                    MillraceException.configuration(
                        "Topic %s has no partition %d"
                            .formatted(offsets.topic(), offsets.partition())));
    var range =
        new LogSpan(
            whole.topic(),
            whole.topicId(),
            whole.partition(),
            Math.max(whole.from(), offsets.from()),
            Math.min(whole.to(), offsets.to()));
    Map<PlannedRun, Integer> found = log.plans(List.of(range));
    return new ReplayStep(
        offsets.toString(),
        found::containsKey,
        found,
        Names.REPLAYED,
        log.since(List.of(stream), oldest(found.keySet())));
  }

  private static Instant oldest(Collection<PlannedRun> plans) {
    return plans.stream()
        .map(plan -> Instant.ofEpochMilli(plan.plan().epochMillis()).minus(CLOCK_SKEW))
        .min(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  /** Runs: those that have a head are replayed, those that are short completed. */
  private List<ReplayStep> steps(ReplaySelection.Runs runs) {
    var replayed = new LinkedHashMap<PlannedRun, Integer>();
    var completed = new LinkedHashMap<PlannedRun, Integer>();
    List<OpenPlan> open = ledger.openPlans();
    for (RunId run : runs.runs()) {
      boolean known = false;
      for (StreamId stream : streams) {
        Optional<RunHead> head = ledger.head(stream, run);
        Optional<OpenPlan> lacking = lacking(open, stream, run, head);
        if (lacking.isPresent()) {
          completed.put(lacking.get().plan(), lacking.get().size());
        } else {
          head.ifPresent(found -> replayed.put(found.plan().replayed(0), found.units()));
        }
        known |= lacking.isPresent() || head.isPresent();
      }
      if (!known) {
        replayed.putAll(inLog(run));
      }
    }
    var steps = new ArrayList<ReplayStep>();
    if (!replayed.isEmpty()) {
      steps.add(step(replayed, Names.REPLAYED, range(replayed.keySet())));
    }
    if (!completed.isEmpty()) {
      List<StreamId> read = completed.keySet().stream().map(PlannedRun::stream).distinct().toList();
      steps.add(step(completed, Names.OWN, log.since(read, oldest(completed.keySet()))));
    }
    return steps;
  }

  private static ReplayStep step(Map<PlannedRun, Integer> plans, Names names, List<LogSpan> range) {
    String words =
        plans.keySet().stream().map(PlannedRun::toString).collect(Collectors.joining(", "));
    return new ReplayStep(words, plans::containsKey, plans, names, range);
  }

  /** The newest plan of the source that is short: of a run without a head, or with a held unit. */
  private Optional<OpenPlan> lacking(
      List<OpenPlan> open, StreamId stream, RunId run, Optional<RunHead> head) {
    return open.stream()
        .filter(plan -> plan.plan().stream().equals(stream) && plan.plan().run().equals(run))
        .filter(plan -> plan.plan().plan().replay() == 0)
        .filter(
            plan -> head.isEmpty() || head.get().plan().plan().compareTo(plan.plan().plan()) < 0)
        .filter(plan -> head.isEmpty() || !ledger.held(plan.plan()).isEmpty())
        .max(Comparator.comparing(plan -> plan.plan().plan()));
  }

  /** The newest plans of a run that the ledger does not know: its target may be lost. */
  private Map<PlannedRun, Integer> inLog(RunId run) {
    Map<PlannedRun, Integer> all = log.plans(log.whole(streams));
    var newest = new TreeMap<String, PlannedRun>();
    all.keySet().stream()
        .filter(plan -> plan.run().equals(run))
        .forEach(
            plan ->
                newest.merge(
                    plan.stream().name(),
                    plan,
                    (a, b) -> a.plan().compareTo(b.plan()) >= 0 ? a : b));
    if (newest.isEmpty()) {
      var known = new TreeSet<String>();
      all.keySet().forEach(plan -> known.add(plan.run().value()));
      streams.forEach(stream -> ledger.runs(stream).forEach(id -> known.add(id.value())));
      throw MillraceException.configuration(
          known.isEmpty()
              ? "There is no run \"%s\": neither the target nor the log of %s has any"
                  .formatted(run.value(), names())
              : NearestWord.unknown("run", run.value(), known));
    }
    return newest.values().stream().collect(Collectors.toMap(plan -> plan, all::get));
  }

  /** Where plans that are whole lie: their markers know. */
  private List<LogSpan> range(Collection<PlannedRun> plans) {
    List<StreamId> read = plans.stream().map(PlannedRun::stream).distinct().toList();
    List<LogSpan> since = log.since(read, oldest(plans));
    List<UnitMarker> markers =
        plans.stream()
            .flatMap(
                plan ->
                    ledger
                        .head(plan.stream(), plan.run())
                        .map(head -> ledger.markers(head.plan()))
                        .orElse(List.of())
                        .stream())
            .toList();
    List<LogSpan> parts = markers.stream().flatMap(m -> m.log().spans().stream()).toList();
    boolean located =
        markers.stream().map(m -> m.unit().plannedRun()).distinct().count() == plans.size()
            && parts.stream().allMatch(part -> since.stream().anyMatch(span -> isOf(span, part)));
    return located
        ? since.stream().flatMap(span -> narrowed(span, parts).stream()).toList()
        : since;
  }

  private static Optional<LogSpan> narrowed(LogSpan span, List<LogSpan> parts) {
    return parts.stream().filter(part -> isOf(span, part)).reduce(LogSpan::union);
  }

  private static boolean isOf(LogSpan span, LogSpan part) {
    return span.topicId().equals(part.topicId()) && span.partition() == part.partition();
  }
}
