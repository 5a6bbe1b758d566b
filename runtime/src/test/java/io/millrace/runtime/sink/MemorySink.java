package io.millrace.runtime.sink;

import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.Cut;
import io.millrace.core.change.CutLimits;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** A target in memory: the values of the first column, by the name of the file they would be in. */
final class MemorySink implements Sink {
  private final MemoryLedger ledger = new MemoryLedger();
  private final Map<String, List<Long>> files = new ConcurrentHashMap<>();
  private final Map<Unit, Schema> schemas = new ConcurrentHashMap<>();
  private final AtomicInteger tries = new AtomicInteger();
  private volatile int lost;
  private volatile Consumer<Unit> beforeFinish = unit -> {};

  /** Runs on a writer's thread, with all rows appended and nothing staged yet. */
  void beforeFinish(Consumer<Unit> action) {
    beforeFinish = action;
  }

  /** Every session to come stages that many rows too few. */
  void loseRows(int rows) {
    lost = rows;
  }

  /** How often staging was begun. */
  int tries() {
    return tries.get();
  }

  /** The files that exist, published or not. */
  int fileCount() {
    return files.size();
  }

  /** The rows of all files. */
  List<Long> stagedRows() {
    return files.values().stream().flatMap(List::stream).toList();
  }

  /** The schema that each unit's last session was begun with. */
  Map<Unit, Schema> schemas() {
    return schemas;
  }

  /** What a reader of the run sees, in order of its files. */
  List<Long> rows(StreamId stream, RunId run) {
    RunHead head = ledger.published(stream, run).orElseThrow();
    var rows = new ArrayList<Long>();
    ledger.files(head).forEach(path -> rows.addAll(files.get(path)));
    return rows;
  }

  MemoryLedger memory() {
    return ledger;
  }

  @Override
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public SinkSession begin(Unit unit, Schema schema) {
    schemas.put(unit, schema);
    String writer = "w" + tries.incrementAndGet();
    return new Session(unit, writer);
  }

  @Override
  public SinkSession begin(Cut cut, Schema schema) {
    return begin(cut.unit(), schema);
  }

  @Override
  public CutLimits cutLimits() {
    return new CutLimits(Duration.ofMinutes(1), 1 << 20, 1_000);
  }

  @Override
  public long sessionMemory() {
    return 0;
  }

  @Override
  public void discard(Staged staged) {
    staged.files().forEach(file -> files.remove(file.path()));
  }

  @Override
  public long countRows(RunHead head) {
    return ledger.files(head).stream().mapToLong(path -> files.get(path).size()).sum();
  }

  @Override
  public String fingerprint() {
    return "memory";
  }

  @Override
  public void close() {}

  private final class Session implements SinkSession {
    private final Unit unit;
    private final String writer;
    private final List<Long> rows = new ArrayList<>();

    private Session(Unit unit, String writer) {
      this.unit = unit;
      this.writer = writer;
    }

    @Override
    public void append(VectorSchemaRoot batch) {
      var ids = (BigIntVector) batch.getVector(0);
      for (int i = 0; i < batch.getRowCount(); i++) {
        rows.add(ids.get(i));
      }
    }

    @Override
    public Staged finish() {
      beforeFinish.accept(unit);
      rows.subList(0, Math.min(lost, rows.size())).clear();
      if (rows.isEmpty()) {
        return new Staged(writer, List.of());
      }
      String path = unit + "-" + writer;
      files.put(path, rows);
      return new Staged(writer, List.of(new StagedFile(path, path, rows.size(), 0, "00000000")));
    }

    @Override
    public void close() {}
  }
}
