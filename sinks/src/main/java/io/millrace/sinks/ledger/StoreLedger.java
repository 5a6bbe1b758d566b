package io.millrace.sinks.ledger;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.Cut;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.LogPosition;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.Replay;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.SinkContext;
import io.millrace.sinks.ledger.LedgerKeys.Run;
import io.millrace.sinks.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The ledger of one sink of one pipeline, as documents beside its data. Remembers only what never
 * changes, so that any number of processes may have it open.
 */
public final class StoreLedger implements Ledger {
  private final ObjectStore store;
  private final LedgerKeys keys;
  private final RunData data;
  private final String pipeline;
  private final InstantSource clock;
  private final Duration keepSuperseded;
  private final UnitMarkers markers;
  private final RunHeads heads;
  private final Publication publication;
  private final Ownership ownership;
  private final Replays replays;
  private final ChangeLinks chains;
  private final MirrorVersions mirrors;

  private StoreLedger(
      ObjectStore store, RunData data, SinkContext context, Duration keepSuperseded) {
    this.store = store;
    this.keys = keys(context);
    this.data = data;
    this.pipeline = context.pipeline();
    this.clock = context.clock();
    this.keepSuperseded = keepSuperseded;
    this.markers = new UnitMarkers(store, keys, pipeline);
    this.heads = new RunHeads(store, keys, pipeline, context.nonces(), clock);
    this.publication = new Publication(store, keys, data, heads, markers, clock);
    this.ownership = Ownership.of(store, keys, context);
    this.replays = new Replays(store, keys, context.nonces(), clock);
    this.chains = new ChangeLinks(store, keys, pipeline, context.nonces(), clock);
    this.mirrors =
        new MirrorVersions(store, keys, pipeline, context.nonces(), clock, keepSuperseded);
  }

  private static LedgerKeys keys(SinkContext context) {
    return new LedgerKeys(context.pipeline(), context.sink());
  }

  private static RunData files(ObjectStore store, SinkContext context) {
    return new StoredFiles(store, keys(context));
  }

  /**
   * Opens the ledger of files in the same store, creating it if the store has none.
   *
   * @param keepSuperseded how long the files of a superseded plan stay after the later one is
   *     published
   * @throws MillraceException (TARGET) if it is another cluster's or pipeline's, or has its runs
   *     divided in another way, or if the store would let two writers create one document
   */
  public static StoreLedger open(ObjectStore store, SinkContext context, Duration keepSuperseded) {
    return open(new StoreLedger(store, files(store, context), context, keepSuperseded));
  }

  /**
   * Opens the ledger of data that lies elsewhere and is removed as soon as it is superseded.
   *
   * @throws MillraceException as {@link #open(ObjectStore, SinkContext, Duration)}
   */
  public static StoreLedger open(ObjectStore store, RunData data, SinkContext context) {
    return open(new StoreLedger(store, data, context, Duration.ZERO));
  }

  private static StoreLedger open(StoreLedger ledger) {
    ledger.store.requireCreateIfAbsent(ledger.keys.folder());
    ledger.ownership.claim();
    return ledger;
  }

  /**
   * Asks whether {@link #open} would find somebody else's ledger, writing nothing. Takes it from
   * any cluster while the context has none.
   *
   * @throws MillraceException (TARGET) if so
   */
  public static void check(ObjectStore store, SinkContext context) {
    Ownership.of(store, keys(context), context).check();
  }

  /**
   * The ledger for whoever only looks: writes nothing, and takes it from any cluster.
   *
   * @throws MillraceException (TARGET) if it is another pipeline's, or has its runs divided in
   *     another way
   */
  public static LedgerView look(ObjectStore store, SinkContext context) {
    return look(store, files(store, context), context);
  }

  /** The same of data that lies elsewhere. */
  public static LedgerView look(ObjectStore store, RunData data, SinkContext context) {
    var ledger = new StoreLedger(store, data, context, Duration.ZERO);
    ledger.ownership.checkFromAnyCluster();
    return ledger;
  }

  @Override
  public void open(OpenPlan plan) {
    if (plan.size() < 1) {
      throw new IllegalArgumentException("A plan has at least one unit: " + plan);
    }
    String key = keys.open(plan.plan());
    byte[] standing = store.claim(key, LedgerJson.write(Document.Entry.of(plan)));
    int size = entry(key, standing).size();
    if (size != plan.size()) {
      throw MillraceException.lasting(
          Category.PROTOCOL,
          "Cannot load %s with %d units: the ledger knows it with %d; plan the run anew"
              .formatted(plan.plan(), plan.size(), size));
    }
  }

  @Override
  public List<OpenPlan> openPlans() {
    ownership.confirm();
    List<OpenPlan> plans =
        store.list(keys.open()).stream()
            .map(key -> store.read(key).map(json -> entry(key, json)))
            .flatMap(Optional::stream)
            .toList();
    markers.retain(plans.stream().map(OpenPlan::plan).collect(Collectors.toSet()));
    return plans;
  }

  private OpenPlan entry(String key, byte[] json) {
    return LedgerJson.read(Document.Entry.class, json, store.location(key)).openPlan(pipeline);
  }

  @Override
  public Optional<RunHead> head(StreamId stream, RunId run) {
    return heads.newest(keys.run(stream, run));
  }

  @Override
  public Optional<UnitMarker> marker(Unit unit) {
    return markers.find(unit);
  }

  @Override
  public List<UnitMarker> markers(PlannedRun plan) {
    return markers.of(plan);
  }

  @Override
  public boolean mark(UnitMarker marker) {
    return markers.create(marker);
  }

  /** Who comes late finds the plan settled, and has nothing to note. */
  @Override
  public void hold(HeldUnit held) {
    if (store.read(keys.open(held.plan())).isPresent()) {
      store.overwrite(keys.held(held), LedgerJson.write(Document.Held.of(held)));
    }
  }

  @Override
  public List<HeldUnit> held(PlannedRun plan) {
    return store.list(keys.held(plan)).stream()
        .flatMap(key -> store.read(key).map(json -> held(key, json)).stream())
        .filter(held -> held.partition().isEmpty() || isUnmarked(held))
        .toList();
  }

  private HeldUnit held(String key, byte[] json) {
    return LedgerJson.read(Document.Held.class, json, store.location(key)).heldUnit(pipeline);
  }

  private boolean isUnmarked(HeldUnit held) {
    return store.read(keys.marker(held.plan().unit(held.partition()))).isEmpty();
  }

  /** Takes one {@link Step} after another until none is due. */
  @Override
  public PlanState settle(OpenPlan open) {
    Run run = keys.run(open.plan().stream(), open.plan().run());
    while (true) {
      Step.Found found = look(run, open);
      Step step = Step.after(found);
      if (found instanceof Step.Ahead ahead) {
        if (step == Step.LOAD) {
          return new PlanState.Loading(ahead.marked(), ahead.size());
        }
        makeHead(run, open, ahead.number());
      } else if (found instanceof Step.Decided decided) {
        RunHead head = decided.head();
        switch (step) {
          case PUBLISH -> publication.publish(run, decided.published() + 1);
          case REMOVE -> {
            if (!publication.removeBelow(run, head)) {
              return new PlanState.Publishing(head);
            }
            heads.noteRemoved(run, head.number());
          }
          case CLOSE -> {
            return close(open, head);
          }
          default -> {
            return new PlanState.Publishing(head);
          }
        }
      }
    }
  }

  private Step.Found look(Run run, OpenPlan open) {
    Optional<RunHead> newest = heads.newest(run);
    if (newest.isEmpty() || open.plan().plan().compareTo(newest.get().plan().plan()) > 0) {
      int next = newest.map(head -> head.number() + 1).orElse(0);
      return new Step.Ahead(markers.count(open), open.size(), next);
    }
    markers.forget(open.plan());
    RunHead head = newest.get();
    int published = heads.published(run);
    boolean visible = published >= head.number();
    return new Step.Decided(
        head, published, visible && kept(run, head), visible && heads.removed(run, head.number()));
  }

  private boolean kept(Run run, RunHead head) {
    Instant over = heads.publishedAt(run, head.number()).plus(keepSuperseded);
    return !clock.instant().isBefore(over);
  }

  private void makeHead(Run run, OpenPlan open, int number) {
    List<UnitMarker> all = markers.of(open.plan());
    for (UnitMarker marker : all) {
      if (marker.planSize() != open.size()) {
        throw MillraceException.lasting(
            Category.PROTOCOL,
            "Cannot settle %s with %d units: the marker of %s says %d; plan the run anew"
                .formatted(open.plan(), open.size(), marker.unit().partition(), marker.planSize()));
      }
    }
    heads.create(run, RunHead.of(open.plan(), number, all));
  }

  private PlanState close(OpenPlan open, RunHead head) {
    boolean live = head.plan().equals(open.plan());
    if (live) {
      publication.sweep(open.plan());
    } else {
      publication.remove(open.plan());
    }
    keys.folders(open.plan()).forEach(store::sweep);
    store.delete(List.of(keys.open(open.plan())));
    return live ? new PlanState.Live(head) : new PlanState.Superseded(head);
  }

  @Override
  public List<StreamId> streams() {
    return Stream.of(
            heads.streams().stream(),
            openPlans().stream().map(open -> open.plan().stream()),
            chains.streams().stream())
        .flatMap(Function.identity())
        .distinct()
        .sorted(Comparator.comparing(StreamId::name))
        .toList();
  }

  @Override
  public List<RunId> runs(StreamId stream) {
    return heads.runs(stream);
  }

  @Override
  public Optional<RunHead> published(StreamId stream, RunId runId) {
    Run run = keys.run(stream, runId);
    int number = heads.published(run);
    return number < 0 ? Optional.empty() : Optional.of(heads.read(run, number));
  }

  @Override
  public List<String> files(RunHead head) {
    return markers.of(head.plan()).stream()
        .flatMap(marker -> marker.staged().files().stream())
        .map(file -> data.location(head.plan(), file))
        .toList();
  }

  @Override
  public Replay claimReplay(String selection, String fingerprint, List<LogSpan> range) {
    return replays.claim(selection, fingerprint, range);
  }

  @Override
  public void finishReplay(Replay replay) {
    replays.finish(replay);
  }

  @Override
  public List<Replay> unfinishedReplays() {
    return replays.unfinished();
  }

  @Override
  public void hint(LogPosition position) {
    ownership.confirm();
    store.overwrite(
        keys.hint(position.topicId(), position.partition()),
        LedgerJson.write(Document.Hint.of(ownership.nonce(), position)));
  }

  @Override
  public Optional<LogPosition> hint(String topicId, int partition) {
    String key = keys.hint(topicId, partition);
    return store
        .read(key)
        .map(json -> LedgerJson.read(Document.Hint.class, json, store.location(key)))
        .filter(hint -> hint.ledger().equals(ownership.nonce()))
        .map(Document.Hint::position);
  }

  /** Where a staging try of a unit puts its file. */
  public String staged(Unit unit, String writer) {
    return keys.staged(unit, writer);
  }

  /** Where a staging try of a cut puts its file. */
  public String staged(Cut cut, String writer) {
    return chains.staged(cut, writer);
  }

  /** Where rows of a stream are kept that are not for readers; the file's name is its own. */
  public String rows(StreamId stream, String file) {
    return keys.rows(stream, file);
  }

  /** Where a cut's rows are kept that are not for readers. */
  public String rows(Cut cut, String writer) {
    return keys.changeRows(cut, writer);
  }

  /** The changes that mirrors have taken in, of which rows are kept for so long. */
  public FoldedChanges foldedChanges(Duration keep) {
    return new FoldedChanges(store, keys, pipeline, clock, keep);
  }

  @Override
  public ChangeChains chains() {
    return chains;
  }

  @Override
  public MirrorVersions mirrors() {
    return mirrors;
  }
}
