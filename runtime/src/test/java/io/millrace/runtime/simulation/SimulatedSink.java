package io.millrace.runtime.simulation;

import io.millrace.core.Unit;
import io.millrace.core.change.Cut;
import io.millrace.core.change.CutLimits;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkSession;
import io.millrace.sinks.ledger.StoreLedger;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.StagedStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** A target with the real ledger, whose files are lists of row ids. */
final class SimulatedSink implements Sink {
  static final Duration KEEP_SUPERSEDED = Duration.ofSeconds(20);

  private final SinkContext context;
  private final ObjectStore store;
  private final StoreLedger files;
  private final Ledger ledger;
  private final String folder;

  /**
   * Opens the target.
   *
   * @param folder where this process was told to put files; another may have been told otherwise
   */
  SimulatedSink(ObjectStore store, SinkContext context, String folder, Mutation mutation) {
    this.context = context;
    this.store = mutation.store(store, folder);
    this.files = StoreLedger.open(this.store, context, KEEP_SUPERSEDED);
    this.ledger = mutation.ledger(files, this.store);
    this.folder = folder;
  }

  @Override
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public SinkSession begin(Unit unit, Schema schema) {
    String writer = context.nonces().next();
    return new Session(unit, writer, files.staged(unit, writer));
  }

  @Override
  public SinkSession begin(Cut cut, Schema schema) {
    String writer = context.nonces().next();
    return new Session(cut.unit(), writer, files.staged(cut, writer));
  }

  /** Cuts of a few rows or a few seconds of the simulation. */
  @Override
  public CutLimits cutLimits() {
    return new CutLimits(Duration.ofSeconds(10), 1 << 20, 8);
  }

  @Override
  public long sessionMemory() {
    return 0;
  }

  @Override
  public void discard(Staged staged) {
    store.delete(staged.files().stream().map(StagedFile::staged).toList());
  }

  @Override
  public long countRows(RunHead head) {
    return head.rows();
  }

  @Override
  public String fingerprint() {
    return "ids";
  }

  @Override
  public void close() {}

  private final class Session implements SinkSession {
    private final Unit unit;
    private final String writer;
    private final String staged;
    private final List<Long> rows = new ArrayList<>();
    private StagedStream stream;

    private Session(Unit unit, String writer, String staged) {
      this.unit = unit;
      this.writer = writer;
      this.staged = staged;
    }

    @Override
    public void append(VectorSchemaRoot batch) {
      Values.read(batch, rows);
    }

    @Override
    public Staged finish() {
      if (rows.isEmpty()) {
        return new Staged(writer, List.of());
      }
      stream = store.stage(staged);
      byte[] content = Values.file(rows);
      stream.write(content, 0, content.length);
      var stored = stream.finish();
      String path =
          "%s/%s/%s/%s-%s-%s.ids"
              .formatted(
                  folder, unit.stream().name(), unit.run(), unit.partition(), unit.plan(), writer);
      var file = new StagedFile(staged, path, rows.size(), stored.bytes(), stored.checksum());
      return new Staged(writer, List.of(file));
    }

    @Override
    public void close() {
      if (stream != null) {
        stream.close();
      }
    }
  }
}
