package io.millrace.runtime.replay;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.Replay;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.replay.ReplaySummary.ReplayedRun;
import io.millrace.runtime.replay.ReplaySummary.State;
import io.millrace.runtime.run.PipelineSinks;
import io.millrace.runtime.run.ProcessMemory;
import io.millrace.runtime.run.RunProgress;
import io.millrace.runtime.run.Stopping;
import io.millrace.runtime.sink.ReplayResult;
import io.millrace.runtime.sink.ReplayResult.PlanResult;
import io.millrace.runtime.sink.ReplayRuntime;
import io.millrace.runtime.sink.ReplayScope;
import io.millrace.runtime.sink.SinkEvents;
import io.millrace.runtime.sink.SinkProgress;
import io.millrace.runtime.sink.SinkSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A replay of one sink of a pipeline: finds the plans, reads them, says what came of it. */
public final class PipelineReplay {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final String UNNAMED = "";

  private final Pipeline pipeline;
  private final ReplayOrder order;
  private final Path folder;
  private final Path scratch;
  private final InstantSource clock;
  private final Nonces nonces = new Nonces(new SecureRandom());

  /**
   * A replay that has not begun.
   *
   * @param pipeline with a Kafka cluster
   * @param folder where relative paths start
   * @param scratch for batches that do not fit into memory
   */
  public PipelineReplay(
      Pipeline pipeline, ReplayOrder order, Path folder, Path scratch, InstantSource clock) {
    this.pipeline = pipeline;
    this.order = order;
    this.folder = folder;
    this.scratch = scratch;
    this.clock = clock;
  }

  /** Says in lines what would be read, and writes nothing. */
  public void describe(Consumer<String> out) {
    try (var log = new ReplayLog(pipeline)) {
      SinkSpec<?> target = order.target();
      target.check(context(target, UNNAMED));
      List<StreamId> streams = streams(log);
      for (ReplayStep step : new ReplayPlanner(known(), log, streams).steps(order.selection())) {
        out.accept(
            "%s -> %s: would %s %s, reading %,d records"
                .formatted(
                    pipeline.name(),
                    target.name(),
                    step.names() == ReplayStep.Names.OWN ? "complete" : "replay",
                    step.words(),
                    step.length()));
        step.range().stream().filter(span -> span.length() > 0).forEach(s -> out.accept("  " + s));
      }
    }
  }

  /**
   * Runs to the end.
   *
   * @param cluster id of the Kafka cluster
   * @return what was done; nothing if it was stopped before
   * @throws MillraceException if it cannot be done
   */
  public Optional<ReplaySummary> run(String cluster, RunProgress progress, Stopping stopping) {
    SinkSpec<?> spec = order.target();
    try (var log = new ReplayLog(pipeline)) {
      List<StreamId> streams = streams(log);
      List<ReplayStep> steps = new ReplayPlanner(known(), log, streams).steps(order.selection());
      try (Sink sink = spec.open(context(spec, cluster));
          var memory = new ProcessMemory()) {
        var before = heads(sink.ledger(), streams);
        var numbers = new ArrayList<Integer>();
        var runs = new ArrayList<ReplayedRun>();
        long loaded = 0;
        long skipped = 0;
        for (ReplayStep planned : steps) {
          ReplayStep step = withoutThoseOnTheirWay(planned, sink.ledger(), progress);
          var pass = new Pass(sink, memory, log, step, progress, stopping);
          Optional<ReplayResult> result = pass.run();
          if (result.isEmpty()) {
            return Optional.empty();
          }
          numbers.add(pass.number);
          loaded += result.get().unitsLoaded();
          skipped += result.get().unitsSkipped();
          runs.addAll(pass.conclude(result.get(), before));
        }
        return Optional.of(new ReplaySummary(spec.name(), numbers, loaded, skipped, runs));
      }
    }
  }

  /**
   * What the sink itself is loading now is its own business, unless the run was asked for by name:
   * the log does not yet hold the whole of it, and a replay of a part would stand in its way.
   */
  private ReplayStep withoutThoseOnTheirWay(ReplayStep step, Ledger ledger, RunProgress progress) {
    if (order.selection() instanceof ReplaySelection.Runs) {
      return step;
    }
    Set<PlannedRun> onTheirWay =
        ledger.openPlans().stream()
            .map(OpenPlan::plan)
            .filter(plan -> plan.plan().replay() == 0 && step.plans().test(plan))
            .filter(plan -> ledger.held(plan).isEmpty())
            .filter(
                plan ->
                    ledger
                        .head(plan.stream(), plan.run())
                        .filter(head -> head.plan().plan().compareTo(plan.plan()) >= 0)
                        .isEmpty())
            .collect(Collectors.toSet());
    onTheirWay.forEach(
        plan -> progress.step("Left to the sink itself, which is loading it: " + plan));
    return step.but(onTheirWay);
  }

  /** What readers of the sink's own path see. */
  private LedgerView known() {
    return order.sink().look(context(order.sink(), UNNAMED));
  }

  private SinkContext context(SinkSpec<?> spec, String cluster) {
    return PipelineSinks.context(pipeline, spec, cluster, folder, clock);
  }

  private List<StreamId> streams(ReplayLog log) {
    if (!order.streams().isEmpty()) {
      return order.streams();
    }
    List<StreamId> streams = pipeline.streams().orElseGet(log::streams);
    if (streams.isEmpty()) {
      throw MillraceException.lasting(
          Category.KAFKA, "There is no topic of pipeline %s in Kafka".formatted(pipeline.name()));
    }
    return streams;
  }

  private static Map<String, RunHead> heads(Ledger ledger, List<StreamId> streams) {
    var heads = new HashMap<String, RunHead>();
    for (StreamId stream : streams) {
      for (RunId run : ledger.runs(stream)) {
        ledger.head(stream, run).ifPresent(head -> heads.put(stream + "/" + run, head));
      }
    }
    return heads;
  }

  /** One step being done. */
  private final class Pass {
    private final Sink sink;
    private final ProcessMemory memory;
    private final ReplayLog log;
    private final ReplayStep step;
    private final RunProgress progress;
    private final Stopping stopping;
    private final SinkSettings settings;
    private final Optional<Replay> claimed;
    private final List<LogSpan> range;
    private final int number;

    Pass(
        Sink sink,
        ProcessMemory memory,
        ReplayLog log,
        ReplayStep step,
        RunProgress progress,
        Stopping stopping) {
      this.sink = sink;
      this.memory = memory;
      this.log = log;
      this.step = step;
      this.progress = progress;
      this.stopping = stopping;
      this.settings = PipelineSinks.settings(pipeline, order.target(), scratch);
      this.claimed =
          step.names() == ReplayStep.Names.OWN
              ? Optional.empty()
              : Optional.of(
                  sink.ledger()
                      .claimReplay(
                          step.words(), settings.transforms().fingerprint(sink), step.range()));
      this.number = claimed.map(Replay::number).orElse(0);
      this.range = claimed.map(replay -> joined(replay.range(), step.range())).orElse(step.range());
    }

    Optional<ReplayResult> run() {
      long length = range.stream().mapToLong(LogSpan::length).sum();
      progress.step(
          number == 0
              ? "Completing %s: %,d records to read".formatted(step.words(), length)
              : "Replay %d: %s, %,d records to read".formatted(number, step.words(), length));
      var scope = new ReplayScope(range, step.plans(), number);
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

    private RunProgress.State state(ReplayRuntime replay) {
      SinkProgress now = replay.progress();
      return new RunProgress.State(
          now.rows(),
          now.loadedRows(),
          -1,
          (int) now.units(),
          step.expected().values().stream().mapToInt(Integer::intValue).sum(),
          now.bytes(),
          replay.toGo());
    }

    /** Decides what becomes of short plans, and tells how all stand. */
    List<ReplayedRun> conclude(ReplayResult result, Map<String, RunHead> before) {
      var shortPlans = new ShortPlans(sink.ledger(), known(), log, nonces, clock);
      var runs = new ArrayList<ReplayedRun>();
      for (PlanResult plan : withUnseen(result)) {
        RunHead old = before.get(plan.plan().plan().stream() + "/" + plan.plan().plan().run());
        PlanState state = plan.state();
        var lack = new ShortPlans.Lack(Map.of(), 0);
        if (state instanceof PlanState.Loading) {
          lack = shortPlans.lack(plan, range);
          boolean nothing = lack.units().size() + lack.nameless() == plan.plan().size();
          if (order.gap() == ReplayOrder.Gap.ACCEPTED && !nothing) {
            state = shortPlans.accept(plan, lack);
          }
        }
        if (!(state instanceof PlanState.Superseded superseded)
            || isNews(superseded, old, result)) {
          runs.add(line(plan, state, lack, old));
        }
      }
      if (runs.stream().noneMatch(run -> run.state() == State.SHORT)) {
        claimed.ifPresent(sink.ledger()::finishReplay);
      }
      return runs;
    }

    /** The plans found, and those that should have been. */
    private List<PlanResult> withUnseen(ReplayResult result) {
      var all = new ArrayList<>(result.plans());
      Set<PlannedRun> seen = new HashSet<>();
      all.forEach(plan -> seen.add(plan.sourcePlan()));
      step.expected()
          .forEach(
              (plan, size) -> {
                if (!seen.contains(plan)) {
                  var named =
                      new PlannedRun(plan.stream(), plan.run(), plan.plan().replayed(number));
                  int marked = sink.ledger().markers(named).size();
                  all.add(
                      new PlanResult(
                          new OpenPlan(named, size),
                          new PlanState.Loading(marked, size),
                          Map.of(),
                          size - marked));
                }
              });
      return all;
    }

    /** That an old plan is not the newest is none, unless it was until just now. */
    private boolean isNews(PlanState.Superseded superseded, RunHead old, ReplayResult result) {
      PlannedRun by = superseded.by().plan();
      return (old == null || !old.plan().equals(by))
          && result.plans().stream().noneMatch(plan -> plan.plan().plan().equals(by));
    }

    private ReplayedRun line(PlanResult plan, PlanState state, ShortPlans.Lack lack, RunHead old) {
      PlannedRun named = plan.plan().plan();
      RunHead head = null;
      if (state instanceof PlanState.Publishing publishing) {
        head = publishing.head();
      } else if (state instanceof PlanState.Live live) {
        head = live.head();
      }
      boolean superseded = state instanceof PlanState.Superseded;
      boolean lacking = state instanceof PlanState.Loading;
      return new ReplayedRun(
          named.stream().name(),
          named.run().value(),
          old == null ? null : old.plan().plan().toString(),
          named.plan().toString(),
          lacking ? State.SHORT : superseded ? State.SUPERSEDED : State.PUBLISHED,
          plan.plan().size(),
          head == null ? 0 : head.rows(),
          lacking ? lack.units() : Map.of(),
          lacking ? lack.nameless() : 0,
          head == null ? 0 : head.abandonedUnits(),
          superseded ? ((PlanState.Superseded) state).by().plan().plan().toString() : null);
    }
  }

  /** The parts that hold both ranges: a replay that is gone on with may have more to read now. */
  private static List<LogSpan> joined(List<LogSpan> claimed, List<LogSpan> now) {
    var spans = new TreeMap<String, LogSpan>();
    for (List<LogSpan> range : List.of(claimed, now)) {
      range.forEach(
          span -> spans.merge(span.topic() + "-" + span.partition(), span, LogSpan::union));
    }
    return List.copyOf(new LinkedHashMap<>(spans).values());
  }

  private static MillraceException failed(Throwable cause) {
    return cause instanceof MillraceException ours
        ? ours
        : MillraceException.lasting(Category.TARGET, "The replay has stopped: " + cause, cause);
  }
}
