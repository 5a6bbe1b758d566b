package io.millrace.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.core.Attempt;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.change.SnapshotPoint;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.ChangeEntry.Decision;
import io.millrace.core.ledger.ChangeEntry.LogMark;
import io.millrace.core.ledger.ChangeEntry.Reach;
import io.millrace.core.ledger.LogRange;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.options.Durations;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.stage.Mirror;
import io.millrace.core.stage.MirrorContext;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkSession;
import io.millrace.core.wire.BatchStreamReader;
import io.millrace.sinks.ledger.SteppedStore;
import io.millrace.sinks.mirror.ChangeBatches;
import io.millrace.sinks.mirror.PlayedTable;
import io.millrace.sinks.mirror.PlayedTable.Change;
import io.millrace.sinks.mirror.PlayedTable.Era;
import io.millrace.sinks.mirror.Values;
import io.millrace.sinks.store.MemoryStore;
import io.millrace.sinks.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** A table that random transactions change, loaded by a mirror sink into memory, and its mirror. */
final class MirroredTable implements AutoCloseable {
  private static final StreamId STREAM = new StreamId("shop", "orders");
  private static final long MEMORY = 64 << 20;

  /** What there was to be loaded of a bucket: rows, or a place that every bucket is told of. */
  private record Told(Era era, List<Change> changes, Position tickOrNull, RunId run) {}

  /** The table as it was. */
  private record Seen(Schema schema, Map<Integer, List<String>> rows) {}

  /** A snapshot that was read and is not loaded yet. */
  record Snapshot(Schema schema, List<Object[]> rows, SnapshotPoint point) {}

  /** The process is no more. */
  private static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** One process that makes versions. */
  final class Keeper implements AutoCloseable {
    private final BufferAllocator memory;
    private final Sink sink;
    private final Mirror mirror;

    private Keeper(ObjectStore over, BufferAllocator memory) {
      this.memory = memory;
      this.sink = open(over);
      this.mirror =
          sink.mirror(new MirrorContext(schema -> List.of(), "", memory, scratch)).orElseThrow();
    }

    Optional<MirrorVersion> advance() {
      return mirror.advance(STREAM);
    }

    @Override
    public void close() {
      sink.close();
      memory.close();
    }
  }

  private final Path scratch;
  private final Random random;
  private final Nonces nonces;
  private final MemoryStore store;
  private final BufferAllocator allocator = new RootAllocator();
  private final long memory;
  private final PlayedTable table;
  private final Map<Integer, List<Told>> told = new HashMap<>();
  private final Map<Position, Seen> seen = new HashMap<>();
  private Instant now = Instant.parse("2026-11-21T01:00:00Z");
  private Duration keepSuperseded = Duration.ZERO;
  private Duration keepChanges = Duration.ofDays(7);
  private Sink loader;
  private Keeper keeper;
  private PlannedRun newestPlan;
  private int runs;
  private int plans;

  MirroredTable(long seed, Path scratch) {
    this(seed, scratch, MEMORY);
  }

  MirroredTable(long seed, Path scratch, long memory) {
    this(seed, scratch, memory, Duration.ZERO);
  }

  /** In a store where a request may be done so long after it was sent. */
  MirroredTable(long seed, Path scratch, Duration longestRequest) {
    this(seed, scratch, MEMORY, longestRequest);
  }

  private MirroredTable(long seed, Path scratch, long memory, Duration longestRequest) {
    this.store = new MemoryStore(longestRequest);
    this.scratch = scratch;
    this.random = new Random(seed);
    this.nonces = new Nonces(new Random(seed));
    this.memory = memory;
    this.table = new PlayedTable(new Random(seed), allocator);
    this.loader = open(store);
    restart();
  }

  /** How many buckets a seed's table has. */
  static int buckets(long seed) {
    try (BufferAllocator allocator = new RootAllocator()) {
      return new PlayedTable(new Random(seed), allocator).generation().buckets();
    }
  }

  private Sink open(ObjectStore over) {
    var context =
        new SinkContext(
            STREAM.pipeline(), "lake", SinkContext.SNAPSHOT, "c", scratch, nonces, () -> now);
    var options =
        OptionsReader.read(
                ParquetSinkOptions.class,
                Map.of(
                    "output",
                    "mirror",
                    "keep_superseded",
                    Durations.text(keepSuperseded),
                    "keep_changes",
                    Durations.text(keepChanges)),
                problem -> fail(problem.toString()))
            .orElseThrow();
    return new ParquetSinkType().open(context, options, local -> over);
  }

  void keepSuperseded(Duration time) {
    keepSuperseded = time;
    restart();
  }

  void keepChanges(Duration time) {
    keepChanges = time;
    restart();
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** The process that makes versions starts anew. */
  void restart() {
    if (keeper != null) {
      keeper.close();
    }
    keeper = another();
  }

  /** A second process. */
  Keeper another() {
    return new Keeper(store, new RootAllocator(memory));
  }

  Optional<MirrorVersion> advance() {
    return keeper.advance();
  }

  /** Makes versions until none is due or this many calls of the store are had; says which. */
  boolean diesWithin(int calls) {
    int[] left = {calls};
    var stepped =
        new SteppedStore(
            store,
            () -> {
              if (left[0]-- <= 0) {
                throw new Died();
              }
            });
    try (var dying = new Keeper(stepped, new RootAllocator(memory))) {
      while (dying.advance().isPresent()) {
        // goes on
      }
      return false;
    } catch (Died e) {
      return true;
    }
  }

  /** Transactions, until a change is told of. */
  void change() {
    List<Era> eras;
    do {
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        table.play();
      }
      eras = table.takeChanges();
      tell(eras);
    } while (eras.stream().allMatch(era -> era.changes().isEmpty()));
  }

  /** So many transactions. */
  void change(int transactions) {
    for (int i = 0; i < transactions; i++) {
      table.play();
    }
    tell(table.takeChanges());
  }

  /** A change of a row that is not there. */
  void changeOfNothing() {
    table.tellOfNothing();
    tell(table.takeChanges());
  }

  private void tell(List<Era> eras) {
    for (Era era : eras) {
      for (int b = 0; b < table.generation().buckets(); b++) {
        int bucket = b;
        List<Change> of = era.changes().stream().filter(c -> c.bucket() == bucket).toList();
        for (int from = 0; from < of.size(); ) {
          int to = Math.min(of.size(), from + 1 + random.nextInt(40));
          told(b).add(new Told(era, of.subList(from, to), null, run()));
          from = to;
        }
      }
    }
  }

  private List<Told> told(int bucket) {
    return told.computeIfAbsent(bucket, b -> new ArrayList<>());
  }

  private RunId run() {
    return new RunId("run-" + runs);
  }

  /** The clock passes the end of a run, and every bucket is told. */
  void endRun() {
    runs++;
    table.idle();
    look();
    for (int bucket = 0; bucket < table.generation().buckets(); bucket++) {
      told(bucket).add(new Told(null, List.of(), table.now(), run()));
    }
  }

  private void look() {
    seen.put(table.now(), new Seen(table.schema(), table.texts()));
  }

  /** Reads the table and loads what was read. */
  void snapshot() {
    publish(readSnapshot());
  }

  Snapshot readSnapshot() {
    look();
    return new Snapshot(
        table.schema(), table.rows(), new SnapshotPoint(table.generation().id(), table.now()));
  }

  void publish(Snapshot snapshot) {
    newestPlan =
        new PlannedRun(
            STREAM,
            RunId.SNAPSHOT,
            PlanId.after(1_795_000_000_000L + plans++, Instant.EPOCH, "aaaa"));
    int size = 1 + random.nextInt(3);
    var plan = new OpenPlan(newestPlan, size);
    loader.ledger().open(plan);
    int from = 0;
    for (int i = 0; i < size; i++) {
      int rest = snapshot.rows().size() - from;
      int to = from + (i == size - 1 ? rest : random.nextInt(rest + 1));
      load(newestPlan.unit(Integer.toString(i)), size, snapshot, from, to);
      from = to;
    }
    loader.ledger().settle(plan);
  }

  private void load(Unit unit, int planSize, Snapshot snapshot, int from, int to) {
    Staged staged;
    try (SinkSession session = loader.begin(unit, snapshot.schema())) {
      for (int at = from; at < to; ) {
        int next = Math.min(to, at + 1 + random.nextInt(5));
        try (VectorSchemaRoot batch =
            Values.batch(snapshot.schema(), snapshot.rows().subList(at, next), allocator)) {
          session.append(batch);
        }
        at = next;
      }
      staged = session.finish();
    }
    var log = new LogRange("shop.orders", "topic", 0, 0, 9, 0, staged.rows());
    var attempt = new Attempt(1, "nonce", now);
    loader
        .ledger()
        .mark(
            new UnitMarker(unit, planSize, attempt, staged.rows(), staged, log, "f")
                .at(snapshot.point()));
  }

  /** Loads all that was told. */
  void load() {
    for (int bucket = 0; bucket < table.generation().buckets(); bucket++) {
      load(bucket);
    }
  }

  /** Loads what was told of a bucket; a tick comes with the rows before it, or alone. */
  void load(int number) {
    var bucket = new Bucket(STREAM, table.generation(), number);
    ChangeChains chains = loader.ledger().chains();
    List<Told> all = told(number);
    for (int i = 0; i < all.size(); i++) {
      Optional<ChangeEntry> before = chains.resume(bucket);
      Told rows = all.get(i);
      Told last = rows;
      boolean joins = rows.tickOrNull() == null && i + 1 < all.size() && random.nextBoolean();
      if (joins && all.get(i + 1).tickOrNull() != null) {
        last = all.get(++i);
      }
      var cut =
          new Cut(bucket, before.map(entry -> entry.cut().number() + 1).orElse(0), rows.run());
      assertThat(chains.append(entry(cut, before, rows, last))).isTrue();
    }
    all.clear();
  }

  /** What was told of a bucket is lost, and somebody decides to do without it. */
  void abandon(int number) {
    var bucket = new Bucket(STREAM, table.generation(), number);
    ChangeChains chains = loader.ledger().chains();
    Optional<ChangeEntry> before = chains.resume(bucket);
    var cut = new Cut(bucket, before.map(entry -> entry.cut().number() + 1).orElse(0), run());
    var reach =
        new Reach(
            before.map(entry -> entry.reach().last()).orElse(Position.START),
            table.now(),
            new Progress(run(), Instant.EPOCH),
            0);
    var log = new LogMark("topic", 0, cut.number(), now);
    chains.append(ChangeEntry.gap(cut, reach, log, new Decision("lost", "operator", now)));
    told(number).clear();
  }

  private ChangeEntry entry(Cut cut, Optional<ChangeEntry> before, Told rows, Told last) {
    Position to =
        last.tickOrNull() != null
            ? last.tickOrNull()
            : rows.changes().get(rows.changes().size() - 1).at();
    Staged staged =
        rows.tickOrNull() != null ? new Staged(nonces.next(), List.of()) : stage(cut, rows);
    return new ChangeEntry(
        cut,
        new Reach(
            before.map(entry -> entry.reach().last()).orElse(Position.START),
            to,
            new Progress(last.run(), Instant.EPOCH.plusMillis(to.commit())),
            rows.changes().size()),
        staged,
        new LogMark("topic", 0, cut.number(), now),
        "f");
  }

  private Staged stage(Cut cut, Told rows) {
    Era era = rows.era();
    int identity = table.identityFull() ? era.columns().size() : table.keyColumns();
    try (VectorSchemaRoot batch = ChangeBatches.of(era, rows.changes(), identity, allocator);
        SinkSession session = loader.begin(cut, batch.getSchema())) {
      session.append(batch);
      return session.finish();
    }
  }

  PlannedRun newestPlan() {
    return newestPlan;
  }

  MirrorVersion newest() {
    return keeper.sink.ledger().mirrors().published(STREAM).orElseThrow();
  }

  /** Why it goes no further. */
  Optional<String> halted() {
    return keeper.sink.ledger().mirrors().halted(STREAM);
  }

  /** Readers see the table as it was where they are told that it is. */
  void requireSeen(String when) throws IOException {
    MirrorVersion version = newest();
    Seen expected = seen.get(version.asOf().position());
    assertThat(expected).as(when).isNotNull();
    Map<Integer, List<String>> rows = new TreeMap<>();
    Schema schema = null;
    for (int bucket = 0; bucket < version.buckets().size(); bucket++) {
      List<String> texts = new ArrayList<>();
      rows.put(bucket, texts);
      StagedFile state = version.buckets().get(bucket).state();
      try (var reader = new BatchStreamReader(store.open(state.path()), allocator)) {
        schema = reader.schema();
        for (Optional<VectorSchemaRoot> next = reader.next();
            next.isPresent();
            next = reader.next()) {
          try (VectorSchemaRoot batch = next.get()) {
            texts.addAll(Values.texts(batch));
          }
        }
      }
      assertThat(state.rows()).isEqualTo(texts.size());
    }
    if (expected.schema().equals(schema)) { // else no change has told it yet
      assertThat(rows).as(when).isEqualTo(expected.rows());
    }
    assertThat(version.rows()).isEqualTo(rows.values().stream().mapToLong(List::size).sum());
    assertThat(exists(version)).as(when).isTrue();
  }

  /** Whether all files that readers of a version need are there. */
  boolean exists(MirrorVersion version) {
    return version.tables().allMatch(file -> store.read(file.path()).isPresent());
  }

  /** How many files there are that readers of some version need, or needed. */
  long tableFiles() {
    return store.all().stream().filter(key -> key.startsWith("orders/mirror/")).count();
  }

  /** What versions before the newest needed is gone, and nothing is left of tries. */
  void requireNoOtherFiles() {
    assertThat(advance()).isEmpty();
    MirrorVersion version = newest();
    assertThat(staged()).isEmpty();
    assertThat(store.all().stream().filter(key -> key.startsWith("orders/mirror/")))
        .containsExactlyInAnyOrderElementsOf(version.tables().map(StagedFile::path).toList());
    assertThat(store.all().stream().filter(key -> key.contains("/states/")))
        .containsExactlyInAnyOrderElementsOf(
            version.buckets().stream().map(bucket -> bucket.state().path()).toList());
  }

  /** The files of changes that are there. */
  List<String> changes() {
    return store.all().stream().filter(key -> key.contains("/rows/orders/changes/")).toList();
  }

  /** The files of changes that versions to come need. */
  List<String> changesToCome() {
    var files = new ArrayList<String>();
    for (int number = 0; number < table.generation().buckets(); number++) {
      loader
          .ledger()
          .chains()
          .published(new Bucket(STREAM, table.generation(), number), newest().asOf().position())
          .forEach(entry -> entry.staged().files().forEach(file -> files.add(file.path())));
    }
    return files;
  }

  /** What lies where it is not published from yet. */
  List<String> staged() {
    return store.all().stream().filter(key -> key.contains("staging")).toList();
  }

  @Override
  public void close() {
    keeper.close();
    loader.close();
    allocator.close();
  }
}
