package io.millrace.runtime.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Generation;
import io.millrace.core.ledger.ChangeChainsView;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.SourceLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How far a pipeline has come, by what its targets say.
 *
 * @param pipeline its name
 * @param streams one for each stream and sink
 * @param replays those that are not finished
 * @param log what the source keeps of its log for it; null if it keeps none or cannot be asked
 */
record PipelineStatus(
    String pipeline, List<StreamStatus> streams, List<ReplayStatus> replays, SourceLog log) {
  /** A replay into one sink that somebody works on, was stopped, or is short. */
  record ReplayStatus(String sink, int number, String selection, Instant at) {}

  /** How far a plan is. */
  enum State {
    /** Units are missing. */
    LOADING,
    /** All units are there; readers do not see them yet. */
    PUBLISHING,
    /** What readers see. */
    PUBLISHED
  }

  /**
   * One stream in one sink.
   *
   * @param lag records of the stream's topics that the sink has not read; null if Kafka was not
   *     asked
   * @param plans those that readers see, and those on their way there
   * @param changes how far its changes are loaded, by generation
   * @param halted the changes that the log lacks, each of which halts its bucket
   * @param gaps the changes that somebody decided to do without
   * @param mirror its table as it is now; null if the sink keeps none, or has none yet
   * @param mirrorHalted why that goes no further; null if it does
   */
  record StreamStatus(
      String sink,
      String stream,
      Long lag,
      List<PlanStatus> plans,
      List<ChangesStatus> changes,
      List<MissingChanges> halted,
      List<MissingChanges> gaps,
      MirrorStatus mirror,
      String mirrorHalted) {
    /** Whether there is something to see, and nothing more is on its way as far as one knows. */
    boolean settled() {
      return !(plans.isEmpty() && changes.isEmpty())
          && plans.stream().allMatch(plan -> plan.state() == State.PUBLISHED)
          && halted.isEmpty()
          && (lag == null || lag == 0);
    }
  }

  /**
   * A plan of a run.
   *
   * @param loaded how many of its partitions are loaded
   * @param abandoned how many partitions an operator decided to do without
   * @param settings how many different settings its partitions were loaded with
   * @param rows rows in their files
   * @param held partitions that cannot be loaded from what the log holds
   */
  record PlanStatus(
      String run,
      String plan,
      State state,
      int loaded,
      int partitions,
      int abandoned,
      int settings,
      long rows,
      List<HeldStatus> held) {
    /** The state as it is printed. */
    String word() {
      return state.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Changes of a bucket that are not there.
   *
   * @param changes their name, as {@code abandon} takes it
   * @param reason why
   * @param by who decided to do without them; empty if nobody has
   * @param at when that was; else the log's time of the record behind them
   */
  record MissingChanges(String changes, String reason, String by, Instant at) {
    static List<MissingChanges> of(List<ChangeEntry> entries) {
      return entries.stream()
          .flatMap(
              entry ->
                  entry.gap().stream()
                      .map(
                          gap ->
                              new MissingChanges(entry.name(), gap.reason(), gap.by(), gap.at())))
          .toList();
    }
  }

  /**
   * How far the changes of a generation are loaded: as far as the bucket that is furthest behind.
   *
   * @param loaded how many buckets have a chain
   * @param last the position up to which all of these are loaded
   * @param latestCommit the latest time of a commit up to there
   * @param openRun the run that is not closed there
   */
  record ChangesStatus(
      String generation,
      int loaded,
      int buckets,
      String last,
      Instant latestCommit,
      String openRun) {
    static List<ChangesStatus> of(ChangeChainsView chains, StreamId stream) {
      return chains.buckets(stream).stream()
          .collect(groupingBy(Bucket::generation, LinkedHashMap::new, toList()))
          .entrySet()
          .stream()
          .map(generation -> of(generation.getKey(), chains, generation.getValue()))
          .toList();
    }

    private static ChangesStatus of(
        Generation generation, ChangeChainsView chains, List<Bucket> buckets) {
      ChangeEntry.Reach furthestBehind =
          buckets.stream()
              .flatMap(bucket -> chains.newest(bucket).stream())
              .map(ChangeEntry::reach)
              .min(Comparator.comparing(ChangeEntry.Reach::last))
              .orElseThrow();
      return new ChangesStatus(
          generation.id().toString(),
          buckets.size(),
          generation.buckets(),
          furthestBehind.last().toString(),
          furthestBehind.progress().latestCommit(),
          furthestBehind.progress().run().value());
    }
  }

  /**
   * A table that is kept as it is now.
   *
   * @param version counts the versions of it from 0
   * @param last the position up to which all changes are in it
   * @param latestCommit the latest time of a commit up to there
   * @param rows that readers see
   */
  record MirrorStatus(
      int version, String generation, String last, Instant latestCommit, long rows) {
    static MirrorStatus of(MirrorVersion version) {
      return new MirrorStatus(
          version.number(),
          version.generation().id().toString(),
          version.asOf().position().toString(),
          version.asOf().progress().latestCommit(),
          version.rows());
    }
  }

  /**
   * A partition that cannot be loaded from what the log holds.
   *
   * @param unit its unit, as {@code abandon} takes it; empty where nobody knows its name
   */
  record HeldStatus(String unit, String reason) {
    static HeldStatus of(HeldUnit held) {
      return new HeldStatus(
          held.partition().isEmpty() ? "" : held.plan().unit(held.partition()).toString(),
          held.reason());
    }
  }

  /** What a sink's ledger says of a stream; the lag is that of its topics, if known. */
  static StreamStatus of(String sink, StreamId stream, LedgerView ledger, Map<String, Long> lag) {
    var plans = new ArrayList<PlanStatus>();
    for (RunId run : ledger.runs(stream)) {
      Optional<RunHead> published = ledger.published(stream, run);
      published.ifPresent(head -> plans.add(headed(head, State.PUBLISHED)));
      ledger
          .head(stream, run)
          .filter(head -> !published.equals(Optional.of(head)))
          .ifPresent(head -> plans.add(headed(head, State.PUBLISHING)));
    }
    for (OpenPlan open : ledger.openPlans()) {
      PlannedRun plan = open.plan();
      boolean decided =
          ledger
              .head(stream, plan.run())
              .filter(head -> head.plan().plan().compareTo(plan.plan()) >= 0)
              .isPresent();
      if (plan.stream().equals(stream) && !decided) {
        plans.add(loading(open, ledger));
      }
    }
    Long behind =
        Stream.of(stream.topic(), stream.changesTopic())
            .map(lag::get)
            .filter(Objects::nonNull)
            .reduce(Long::sum)
            .orElse(null);
    ChangeChainsView chains = ledger.chains();
    return new StreamStatus(
        sink,
        stream.name(),
        behind,
        plans,
        ChangesStatus.of(chains, stream),
        MissingChanges.of(chains.halted(stream)),
        MissingChanges.of(chains.gaps(stream)),
        ledger.mirrors().published(stream).map(MirrorStatus::of).orElse(null),
        ledger.mirrors().halted(stream).orElse(null));
  }

  private static PlanStatus headed(RunHead head, State state) {
    return new PlanStatus(
        head.plan().run().value(),
        head.plan().plan().toString(),
        state,
        head.units() - head.abandonedUnits(),
        head.units(),
        head.abandonedUnits(),
        head.fingerprints(),
        head.rows(),
        List.of());
  }

  private static PlanStatus loading(OpenPlan open, LedgerView ledger) {
    RunHead soFar = RunHead.of(open.plan(), 0, ledger.markers(open.plan()));
    return new PlanStatus(
        open.plan().run().value(),
        open.plan().plan().toString(),
        State.LOADING,
        soFar.units() - soFar.abandonedUnits(),
        open.size(),
        soFar.abandonedUnits(),
        soFar.fingerprints(),
        soFar.rows(),
        ledger.held(open.plan()).stream().map(HeldStatus::of).toList());
  }

  /** Where nobody knows of a stream yet, all of them are still to come. */
  boolean settled() {
    return !streams.isEmpty() && streams.stream().allMatch(StreamStatus::settled);
  }
}
