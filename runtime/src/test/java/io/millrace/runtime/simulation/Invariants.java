package io.millrace.runtime.simulation;

import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.LogRange;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.SinkContext;
import io.millrace.sinks.ledger.StoreLedger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.common.TopicPartition;

/**
 * The invariants I1 to I7 of the protocol, looked at after every effect on the target and before
 * every commit: only what that one effect may have broken. Keeps what it saw.
 */
class Invariants {
  private static final String LEDGER = "_millrace/sim/lake/";

  private final World world;
  private final LedgerView ledger;
  private final Map<String, byte[]> standing = new HashMap<>();
  private final Map<Unit, UnitMarker> markers = new HashMap<>();
  private final Map<String, UnitMarker> byStaged = new HashMap<>();
  private final Map<String, UnitMarker> byPath = new HashMap<>();
  private final Map<PlannedRun, List<UnitMarker>> byPlan = new HashMap<>();
  private final Map<String, List<RunHead>> heads = new HashMap<>();
  private final Map<String, Integer> published = new HashMap<>();
  private final Set<PlannedRun> opened = new HashSet<>();
  private final ChangeInvariants changes;

  Invariants(World world) {
    this.world = world;
    var nonces = new Nonces(new SplittableRandom(0));
    this.ledger =
        StoreLedger.look(
            world.store(),
            new SinkContext(
                "sim", "lake", SinkContext.SNAPSHOT, "", Path.of("."), nonces, world.clock()));
    this.changes = new ChangeInvariants(world, this::require);
  }

  /** Those of change chains. */
  ChangeInvariants changes() {
    return changes;
  }

  LedgerView ledger() {
    return ledger;
  }

  Optional<RunHead> newestHead(StreamId stream, RunId run) {
    List<RunHead> all = heads.getOrDefault(stream + "/" + run, List.of());
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  UnitMarker marker(Unit unit) {
    return markers.get(unit);
  }

  /** Whether nothing of the unit is to be loaded any more. */
  boolean isDecided(Unit unit) {
    return isDecided(unit.plannedRun());
  }

  /** The same of a plan. */
  boolean isDecided(PlannedRun plan) {
    return newestHead(plan.stream(), plan.run())
        .filter(head -> head.plan().plan().compareTo(plan.plan()) >= 0)
        .isPresent();
  }

  private boolean isSuperseded(PlannedRun plan) {
    return newestHead(plan.stream(), plan.run())
        .filter(head -> head.plan().plan().compareTo(plan.plan()) > 0)
        .isPresent();
  }

  private void require(boolean holds, String pattern, Object... values) {
    if (!holds) {
      var error = new AssertionError(Journal.words(pattern, Arrays.asList(values)));
      world.violated(error);
      throw error;
    }
  }

  /** The object was created, changed or deleted, or would have been. */
  void changed(String key) {
    Optional<byte[]> content = world.store().read(key);
    if (!key.startsWith(LEDGER)) {
      file(key, content);
      return;
    }
    String[] names = key.substring(LEDGER.length()).split("/");
    switch (names[0]) {
      case "units", "runs", "changes" -> {
        byte[] before = standing.get(key);
        if (before != null) {
          require(content.isPresent(), "I7: %s is deleted", key);
          require(Arrays.equals(before, content.get()), "I1: %s is overwritten", key);
        } else if (content.isPresent()) {
          standing.put(key, content.get());
          switch (names[0]) {
            case "units" -> marker(names);
            case "runs" -> run(names);
            default -> changes.created(names);
          }
        }
      }
      case "open" -> {
        if (content.isPresent()) {
          opened.add(plan(names));
        }
      }
      case "staging" -> staged(key, content);
      case "staging-changes" -> changes.staged(key, content);
      default -> {
        // Hints may be anything, and the ledger's identity is checked by itself.
      }
    }
  }

  private static PlannedRun plan(String[] names) {
    return new PlannedRun(
        new StreamId("sim", names[1]), new RunId(names[2]), PlanId.parse(names[3]));
  }

  private void marker(String[] names) {
    PlannedRun plan = plan(names);
    String partition = names[4].substring(0, names[4].length() - ".json".length());
    Unit unit = new Unit(plan.stream(), plan.run(), plan.plan(), partition);
    UnitMarker marker = ledger.marker(unit).orElseThrow();
    SourceAttempt attempt = world.source().attempt(marker.attempt().nonce());
    require(attempt.unit().equals(unit), "I1: marker of %s names %s", unit, attempt);
    require(attempt.isWhole(), "I1: marker of %s names %s, which is not whole", unit, attempt);
    int rows = attempt.rows().size();
    require(
        marker.sourceRows() == rows && marker.log().rows() == rows,
        "I1: marker of %s counts %d rows and the log %d, not %d",
        unit,
        marker.sourceRows(),
        marker.log().rows(),
        rows);
    SourcePlan planned = world.source().plan(plan);
    require(
        planned.units().contains(unit) && marker.planSize() == planned.units().size(),
        "I1: %s is not one of the %d units of its plan",
        unit,
        planned.units().size());
    requireLogRange(marker, attempt);
    for (StagedFile file : marker.staged().files()) {
      byStaged.put(file.staged(), marker);
      require(byPath.put(file.path(), marker) == null, "I2: %s is named twice", file.path());
      if (!isSuperseded(plan)) {
        Optional<byte[]> content =
            world.store().read(file.staged()).or(() -> world.store().read(file.path()));
        require(content.isPresent(), "I6: %s, which a marker names, is nowhere", file);
        requireRows(attempt, content.get(), file.staged());
      }
    }
    require(
        rows == 0 || !marker.staged().files().isEmpty(), "I3: marker of %s names no file", unit);
    markers.put(unit, marker);
    byPlan.computeIfAbsent(plan, p -> new ArrayList<>()).add(marker);
  }

  private void requireLogRange(UnitMarker marker, SourceAttempt attempt) {
    LogRange range = marker.log();
    boolean found =
        attempt.endsAt(range.topicId(), range.partition(), range.last())
            && range.spans().stream()
                .allMatch(
                    part ->
                        attempt.hasRecordAt(part.topicId(), part.partition(), part.from())
                            && attempt.hasRecordAt(
                                part.topicId(), part.partition(), part.to() - 1));
    require(found, "I1: %s is not where its marker says: %s", attempt, range);
  }

  private void requireRows(SourceAttempt attempt, byte[] content, String where) {
    List<Long> rows = Values.ids(content);
    require(
        rows.equals(attempt.rows()),
        "I3: %s holds %s, but %s has %s",
        where,
        rows,
        attempt,
        attempt.rows());
  }

  private void run(String[] names) {
    StreamId stream = new StreamId("sim", names[1]);
    RunId run = new RunId(names[2]);
    int dot = names[3].indexOf('.');
    int number = Integer.parseInt(names[3].substring(0, dot));
    switch (names[3].substring(dot + 1)) {
      case "json" -> head(stream, run, number);
      case "published" -> published(stream, run, number);
      default -> world.journal().note(Event.REMOVED, "%s %s below head %d", stream, run, number);
    }
  }

  private void head(StreamId stream, RunId run, int number) {
    List<RunHead> all = heads.computeIfAbsent(stream + "/" + run, name -> new ArrayList<>());
    RunHead head = ledger.head(stream, run).orElseThrow();
    require(
        head.number() == number && number == all.size(),
        "I7: head %d of %s comes after %d others",
        number,
        run,
        all.size());
    require(
        all.isEmpty() || all.get(number - 1).plan().plan().compareTo(head.plan().plan()) < 0,
        "I7: the run returns to %s",
        head);
    List<UnitMarker> units = byPlan.getOrDefault(head.plan(), List.of());
    require(
        units.size() == world.source().plan(head.plan()).units().size()
            && units.size() == head.units(),
        "I1: %s has %d markers",
        head,
        units.size());
    long rows = units.stream().mapToLong(UnitMarker::sourceRows).sum();
    require(
        rows == head.rows() && rows == head.sourceRows(), "I1: %s, but rows are %d", head, rows);
    all.add(head);
    world.journal().note(Event.HEAD, "%s", head);
  }

  private void published(StreamId stream, RunId run, int number) {
    require(
        published.getOrDefault(stream + "/" + run, -1) == number - 1,
        "I7: head %d of %s is published before the one before it",
        number,
        run);
    published.put(stream + "/" + run, number);
    RunHead head = heads.get(stream + "/" + run).get(number);
    for (UnitMarker marker : byPlan.get(head.plan())) {
      for (StagedFile file : marker.staged().files()) {
        require(
            world.store().read(file.path()).isPresent(),
            "I6: %s of the published %s is not there",
            file.path(),
            head);
      }
    }
    world.journal().note(Event.PUBLISHED, "%s", head);
  }

  private void file(String path, Optional<byte[]> content) {
    if (changes.isOurs(path)) {
      changes.file(path, content);
      return;
    }
    UnitMarker marker = byPath.get(path);
    require(marker != null, "I2: no marker names the visible file %s", path);
    PlannedRun plan = marker.unit().plannedRun();
    List<RunHead> all = heads.getOrDefault(plan.stream() + "/" + plan.run(), List.of());
    if (content.isPresent()) {
      require(
          all.stream().anyMatch(head -> head.plan().equals(plan)),
          "I2: %s is visible and its plan never had the head",
          path);
      requireRows(world.source().attempt(marker.attempt().nonce()), content.get(), path);
    } else {
      int number = published.getOrDefault(plan.stream() + "/" + plan.run(), -1);
      require(
          number >= 0 && all.get(number).plan().plan().compareTo(plan.plan()) > 0,
          "I6: %s is deleted, and no later plan is published",
          path);
    }
  }

  private void staged(String key, Optional<byte[]> content) {
    UnitMarker marker = byStaged.get(key);
    if (marker != null && content.isEmpty() && !isSuperseded(marker.unit().plannedRun())) {
      String path =
          marker.staged().files().stream()
              .filter(file -> file.staged().equals(key))
              .findAny()
              .orElseThrow()
              .path();
      require(
          world.store().read(path).isPresent(),
          "I6: %s is deleted, which a marker names, and is not published",
          key);
    }
  }

  /** The process asks the group to take this offset: looks at all records that it passes. */
  void mayCommit(SimulatedProcess process, TopicPartition lane, long offset) {
    SimulatedProcess.LaneView view = process.lane(lane);
    long position = process.consumer().position(lane);
    require(offset <= position, "I5: %s commits %d of %s, unread", process, offset, lane);
    for (long passed = view.passed; passed < offset; passed++) {
      LogEntry entry = view.log.at(passed);
      if (entry.visible() && entry.attempt() != null) {
        mayPass(process, view, entry.attempt().unit(), passed, offset);
      } else if (entry.visible() && !changes.mayPass(process, entry.change())) {
        require(
            world.letters().contains(new World.Letter(view.log, passed)),
            "I5: %s lets offset %d of %s pass, which is neither loaded nor halted, and whose dead"
                + " letter is not written: %s",
            process,
            passed,
            lane,
            entry.change());
      }
    }
    view.passed = Math.max(view.passed, offset);
  }

  private void mayPass(
      SimulatedProcess process, SimulatedProcess.LaneView view, Unit unit, long at, long offset) {
    if (markers.containsKey(unit) || isDecided(unit)) {
      return;
    }
    require(
        opened.contains(unit.plannedRun()),
        "Rule 2: %s lets offset %d of %s pass, and the ledger does not know %s",
        process,
        at,
        view.log.name(),
        unit.plannedRun());
    require(
        process.isParkedOrHeld(view.log.name(), unit)
            || (process.hasRested(unit) && lastSeen(process, view, unit) >= offset),
        "I5: %s lets offset %d of %s pass, and %s is neither loaded, parked nor held",
        process,
        at,
        view.log.name(),
        unit);
  }

  /** A unit that was parked and has come back is live from the record on that brought it back. */
  private static long lastSeen(
      SimulatedProcess process, SimulatedProcess.LaneView view, Unit unit) {
    long offset = process.consumer().position(view.log.name()) - 1;
    while (offset >= 0) {
      LogEntry entry = view.log.at(offset);
      if (entry.visible() && entry.attempt() != null && entry.attempt().unit().equals(unit)) {
        return offset;
      }
      offset--;
    }
    return -1;
  }

  /** All files that a reader may see: those that the newest published heads name. */
  Set<String> namedByHeads() {
    var named = new HashSet<String>();
    for (List<RunHead> all : heads.values()) {
      RunHead newest = all.get(all.size() - 1);
      byPlan
          .get(newest.plan())
          .forEach(marker -> marker.staged().files().forEach(file -> named.add(file.path())));
    }
    return named;
  }
}
