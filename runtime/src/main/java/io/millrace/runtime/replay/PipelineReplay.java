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
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.replay.ReplaySummary.ReplayedRun;
import io.millrace.runtime.run.PipelineSinks;
import io.millrace.runtime.run.ProcessMemory;
import io.millrace.runtime.run.RunProgress;
import io.millrace.runtime.run.Stopping;
import io.millrace.runtime.sink.ReplayResult;
import io.millrace.runtime.sink.SinkSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A replay of one sink of a pipeline: finds the plans, reads them, says what came of it. */
public final class PipelineReplay {
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
      SinkSettings settings = PipelineSinks.settings(pipeline, spec, scratch);
      try (Sink sink = spec.open(context(spec, cluster));
          var memory = new ProcessMemory(ProcessMemory.ofWriters(sink, settings))) {
        var before = heads(sink.ledger(), streams);
        var changesBefore = new ChangesBefore(sink.ledger().chains(), streams);
        var read = new ArrayList<LogSpan>();
        var shortPlans = new ShortPlans(sink.ledger(), known(), log, nonces, clock);
        var numbers = new ArrayList<Integer>();
        var runs = new ArrayList<ReplayedRun>();
        long loaded = 0;
        long skipped = 0;
        for (ReplayStep planned : steps) {
          ReplayStep step = withoutThoseOnTheirWay(planned, sink.ledger(), progress);
          var pass = ReplayPass.of(step, settings, sink);
          Optional<ReplayResult> result = pass.run(memory, clock, progress, stopping);
          if (result.isEmpty()) {
            return Optional.empty();
          }
          numbers.add(pass.number());
          read.addAll(pass.range());
          loaded += result.get().unitsLoaded();
          skipped += result.get().unitsSkipped();
          runs.addAll(
              new PassReport(pass, sink.ledger(), before, shortPlans)
                  .conclude(result.get(), order.gap()));
        }
        return Optional.of(
            new ReplaySummary(
                spec.name(), numbers, loaded, skipped, runs, changesBefore.since(streams, read)));
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
        ledger.head(stream, run).ifPresent(head -> heads.put(PassReport.key(head.plan()), head));
      }
    }
    return heads;
  }
}
