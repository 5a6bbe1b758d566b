package io.millrace.core.stage;

import static java.util.stream.Collectors.toSet;

import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
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
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The protocol in its shortest form: one lock, no failures, nothing kept once superseded. */
public final class MemoryLedger implements Ledger {
  private final Map<String, List<String>> rows = new ConcurrentHashMap<>();
  private final Map<Unit, UnitMarker> markers = new HashMap<>();
  private final Map<String, RunHead> heads = new TreeMap<>();
  private final Map<String, OpenPlan> open = new TreeMap<>();
  private final Map<String, HeldUnit> held = new TreeMap<>();
  private final List<Replay> replays = new ArrayList<>();
  private final Set<Integer> finished = new HashSet<>();
  private final Map<String, LogPosition> hints = new HashMap<>();
  private final ChangeChains chains =
      new MemoryChains(file -> rows().put(file.path(), rows().remove(file.staged())));
  private String owner;

  /** Rows by the name of the file that would hold them. */
  Map<String, List<String>> rows() {
    return rows;
  }

  synchronized void claim(SinkContext context) {
    String claimant = "%s of cluster %s".formatted(context.layout(), context.cluster());
    if (owner != null && !owner.equals(claimant)) {
      throw MillraceException.lasting(
          MillraceException.Category.TARGET,
          "Cannot load %s: the rows here are %s".formatted(claimant, owner));
    }
    owner = claimant;
  }

  @Override
  public synchronized void open(OpenPlan plan) {
    open.putIfAbsent(plan.plan().toString(), plan);
  }

  @Override
  public synchronized List<OpenPlan> openPlans() {
    return List.copyOf(open.values());
  }

  @Override
  public synchronized Optional<RunHead> head(StreamId stream, RunId run) {
    return Optional.ofNullable(heads.get(name(stream, run)));
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
    return markers.putIfAbsent(marker.unit(), marker) == null;
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
    String run = name(plan.plan().stream(), plan.plan().run());
    RunHead head = heads.get(run);
    if (head == null || later(plan.plan(), head.plan())) {
      List<UnitMarker> marked = markers(plan.plan());
      if (marked.size() < plan.size()) {
        return new PlanState.Loading(marked.size(), plan.size());
      }
      head = RunHead.of(plan.plan(), head == null ? 0 : head.number() + 1, marked);
      heads.put(run, head);
      publish(marked);
    }
    removeBelow(head);
    held.keySet().removeIf(unit -> unit.startsWith(plan.plan() + "/"));
    open.remove(plan.plan().toString());
    return head.plan().equals(plan.plan())
        ? new PlanState.Live(head)
        : new PlanState.Superseded(head);
  }

  private void publish(List<UnitMarker> marked) {
    for (UnitMarker marker : marked) {
      for (StagedFile file : marker.staged().files()) {
        rows.put(file.path(), rows.remove(file.staged()));
      }
    }
  }

  private void removeBelow(RunHead head) {
    markers.values().stream()
        .filter(marker -> later(head.plan(), marker.unit().plannedRun()))
        .flatMap(marker -> marker.staged().files().stream())
        .forEach(
            file -> {
              rows.remove(file.staged());
              rows.remove(file.path());
            });
  }

  /** Whether both are plans of one run and the first is the later one. */
  private static boolean later(PlannedRun plan, PlannedRun other) {
    PlanId id = plan.plan();
    return plan.stream().equals(other.stream())
        && plan.run().equals(other.run())
        && id.compareTo(other.plan()) > 0;
  }

  @Override
  public synchronized List<StreamId> streams() {
    return heads.values().stream().map(head -> head.plan().stream()).distinct().toList();
  }

  @Override
  public synchronized List<RunId> runs(StreamId stream) {
    return heads.values().stream()
        .map(RunHead::plan)
        .filter(plan -> plan.stream().equals(stream))
        .map(PlannedRun::run)
        .toList();
  }

  @Override
  public Optional<RunHead> published(StreamId stream, RunId run) {
    return head(stream, run);
  }

  @Override
  public synchronized List<String> files(RunHead head) {
    return markers(head.plan()).stream()
        .flatMap(marker -> marker.staged().files().stream())
        .map(StagedFile::path)
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
    hints.put(position.topicId() + "/" + position.partition(), position);
  }

  @Override
  public synchronized Optional<LogPosition> hint(String topicId, int partition) {
    return Optional.ofNullable(hints.get(topicId + "/" + partition));
  }

  private static String name(StreamId stream, RunId run) {
    return stream + "/" + run;
  }

  @Override
  public ChangeChains chains() {
    return chains;
  }
}
