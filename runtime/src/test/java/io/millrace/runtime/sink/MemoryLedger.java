package io.millrace.runtime.sink;

import static java.util.stream.Collectors.toSet;

import io.millrace.core.MillraceException;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogPosition;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.Replay;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.MemoryChains;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The protocol's ledger on maps: what several runtimes share as their target's memory. */
final class MemoryLedger implements Ledger {
  private final Map<PlannedRun, OpenPlan> open = new LinkedHashMap<>();
  private final Map<Unit, UnitMarker> markers = new LinkedHashMap<>();
  private final Map<List<Object>, List<RunHead>> heads = new LinkedHashMap<>();
  private final Map<String, HeldUnit> held = new TreeMap<>();
  private final List<Replay> replays = new ArrayList<>();
  private final Set<Integer> finished = new HashSet<>();
  private final Map<String, LogPosition> hints = new LinkedHashMap<>();
  private final ChangeChains chains = new MemoryChains(file -> {});
  private int failingMarks;
  private int failingSettles;
  private MillraceException settleFailure;

  /** The next calls of {@link #mark} fail in a way that may pass. */
  synchronized void failNextMarks(int count) {
    failingMarks = count;
  }

  /** The next calls of {@link #settle} fail this way. */
  synchronized void failNextSettles(int count, MillraceException failure) {
    failingSettles = count;
    settleFailure = failure;
  }

  synchronized void forgetHints() {
    hints.clear();
  }

  @Override
  public synchronized void open(OpenPlan plan) {
    open.putIfAbsent(plan.plan(), plan);
  }

  @Override
  public synchronized List<OpenPlan> openPlans() {
    return List.copyOf(open.values());
  }

  @Override
  public synchronized Optional<RunHead> head(StreamId stream, RunId run) {
    List<RunHead> all = heads.getOrDefault(List.of(stream, run), List.of());
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  @Override
  public synchronized Optional<UnitMarker> marker(Unit unit) {
    return Optional.ofNullable(markers.get(unit));
  }

  @Override
  public synchronized List<UnitMarker> markers(PlannedRun plan) {
    return markers.values().stream()
        .filter(marker -> marker.unit().plannedRun().equals(plan))
        .sorted(Comparator.comparing(marker -> marker.unit().partition()))
        .toList();
  }

  @Override
  public synchronized boolean mark(UnitMarker marker) {
    if (failingMarks-- > 0) {
      throw MillraceException.passing(MillraceException.Category.TARGET, "busy", null);
    }
    if (!open.containsKey(marker.unit().plannedRun()) && !isDecided(marker.unit().plannedRun())) {
      throw new AssertionError("The plan was not open before its unit was loaded: " + marker);
    }
    return markers.putIfAbsent(marker.unit(), marker) == null;
  }

  private boolean isDecided(PlannedRun plan) {
    return head(plan.stream(), plan.run())
        .filter(head -> head.plan().plan().compareTo(plan.plan()) >= 0)
        .isPresent();
  }

  @Override
  public synchronized void hold(HeldUnit unit) {
    held.put(unit.plan() + "/" + unit.partition(), unit);
  }

  @Override
  public synchronized List<HeldUnit> held(PlannedRun plan) {
    Set<String> loaded =
        markers(plan).stream().map(marker -> marker.unit().partition()).collect(toSet());
    return held.values().stream()
        .filter(unit -> unit.plan().equals(plan) && !loaded.contains(unit.partition()))
        .toList();
  }

  @Override
  public synchronized PlanState settle(OpenPlan plan) {
    if (failingSettles-- > 0) {
      throw settleFailure;
    }
    PlannedRun run = plan.plan();
    Optional<RunHead> head = head(run.stream(), run.run());
    List<UnitMarker> marked = markers(run);
    if (!isDecided(run)) {
      if (marked.size() < plan.size()) {
        return new PlanState.Loading(marked.size(), plan.size());
      }
      int number = head.map(last -> last.number() + 1).orElse(0);
      heads
          .computeIfAbsent(List.of(run.stream(), run.run()), key -> new ArrayList<>())
          .add(RunHead.of(run, number, marked));
    }
    open.remove(run);
    held.keySet().removeIf(unit -> unit.startsWith(run + "/"));
    RunHead now = head(run.stream(), run.run()).orElseThrow();
    return now.plan().equals(run) ? new PlanState.Live(now) : new PlanState.Superseded(now);
  }

  @Override
  public synchronized List<StreamId> streams() {
    return heads.keySet().stream().map(key -> (StreamId) key.get(0)).distinct().toList();
  }

  @Override
  public synchronized List<RunId> runs(StreamId stream) {
    return heads.keySet().stream()
        .filter(key -> key.get(0).equals(stream))
        .map(key -> (RunId) key.get(1))
        .toList();
  }

  @Override
  public synchronized Optional<RunHead> published(StreamId stream, RunId run) {
    return head(stream, run);
  }

  @Override
  public synchronized List<String> files(RunHead head) {
    return markers(head.plan()).stream()
        .flatMap(marker -> marker.staged().files().stream())
        .map(file -> file.path())
        .toList();
  }

  @Override
  public synchronized Replay claimReplay(
      String selection, String fingerprint, List<LogSpan> range) {
    if (!replays.isEmpty()) {
      Replay newest = replays.get(replays.size() - 1);
      if (!finished.contains(newest.number())
          && newest.selection().equals(selection)
          && newest.fingerprint().equals(fingerprint)
          && topics(newest.range()).equals(topics(range))) {
        return newest;
      }
    }
    var next = new Replay(replays.size() + 1, selection, fingerprint, range, Instant.EPOCH);
    replays.add(next);
    return next;
  }

  private static Set<String> topics(List<LogSpan> range) {
    return range.stream().map(LogSpan::topicId).collect(toSet());
  }

  @Override
  public synchronized void finishReplay(Replay replay) {
    replays.stream()
        .filter(
            other ->
                other.number() <= replay.number() && other.selection().equals(replay.selection()))
        .forEach(other -> finished.add(other.number()));
  }

  @Override
  public synchronized List<Replay> unfinishedReplays() {
    return replays.stream().filter(replay -> !finished.contains(replay.number())).toList();
  }

  @Override
  public synchronized void hint(LogPosition position) {
    hints.put(position.topicId() + "-" + position.partition(), position);
  }

  @Override
  public synchronized Optional<LogPosition> hint(String topicId, int partition) {
    return Optional.ofNullable(hints.get(topicId + "-" + partition));
  }

  @Override
  public ChangeChains chains() {
    return chains;
  }
}
