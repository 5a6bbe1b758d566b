package io.millrace.sinks.files;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Unit;
import io.millrace.core.change.Cut;
import io.millrace.core.change.CutLimits;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.Mirror;
import io.millrace.core.stage.MirrorContext;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkSession;
import io.millrace.core.wire.BatchStreamReader;
import io.millrace.sinks.files.ParquetSinkSession.Names;
import io.millrace.sinks.ledger.StoreLedger;
import io.millrace.sinks.mirror.build.MirrorBuilder;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.SafeName;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A lake with tables as they are now. Rows of snapshots and changes are kept beside the ledger, and
 * a {@link MirrorBuilder} makes of them the files that readers see.
 */
final class MirrorSink implements Sink {
  /** A batch as it is encoded, and its copy. */
  private static final long SESSION_MEMORY = 4 << 20;

  private final SinkContext context;
  private final ParquetLayout layout;
  private final CutLimits cutLimits;
  private final Duration keepChanges;
  private final PathTemplate path;
  private final ObjectStore store;
  private final StoreLedger ledger;

  MirrorSink(
      SinkContext context,
      ParquetSinkOptions options,
      PathTemplate path,
      ObjectStore store,
      StoreLedger ledger) {
    this.context = context;
    this.layout = new ParquetLayout(options.parquet());
    this.cutLimits = options.cut().limits();
    this.keepChanges = options.keepChanges();
    this.path = path;
    this.store = store;
    this.ledger = ledger;
  }

  @Override
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public SinkSession begin(Unit unit, Schema schema) {
    String writer = context.nonces().next();
    String file =
        "snapshots/%s/%s/%s-%s.arrows"
            .formatted(
                SafeName.of(unit.run().value()),
                unit.plan(),
                SafeName.of(unit.partition()),
                writer);
    return new RowsSession(
        store,
        schema,
        new Names(writer, ledger.staged(unit, writer), ledger.rows(unit.stream(), file)));
  }

  @Override
  public SinkSession begin(Cut cut, Schema schema) {
    String writer = context.nonces().next();
    return new RowsSession(
        store, schema, new Names(writer, ledger.staged(cut, writer), ledger.rows(cut, writer)));
  }

  @Override
  public CutLimits cutLimits() {
    return cutLimits;
  }

  @Override
  public long sessionMemory() {
    return SESSION_MEMORY + store.streamMemory();
  }

  @Override
  public long mirrorMemory() {
    return layout.writerMemory() + 2L * store.streamMemory();
  }

  @Override
  public void discard(Staged staged) {
    store.delete(staged.files().stream().map(StagedFile::staged).toList());
  }

  /** Of rows that lie beside the ledger the markers tell; what is visible is the mirror's. */
  @Override
  public long countRows(RunHead head) {
    return ledger.markers(head.plan()).stream()
        .map(UnitMarker::staged)
        .flatMap(staged -> staged.files().stream())
        .mapToLong(this::countRows)
        .sum();
  }

  private long countRows(StagedFile file) {
    try {
      return BatchStreamReader.countRows(store.open(file.path()));
    } catch (IOException e) {
      throw MillraceException.passing(
          Category.TARGET,
          "Cannot read %s: %s".formatted(store.location(file.path()), e.getMessage()),
          e);
    }
  }

  @Override
  public boolean isMirror() {
    return true;
  }

  @Override
  public Optional<Mirror> mirror(MirrorContext with) {
    var target =
        new MirrorBuilder.Target(
            store,
            ledger,
            ledger.foldedChanges(keepChanges),
            (unit, file) -> path.key(unit, context.sink(), file),
            layout.options(),
            context.nonces(),
            layout.fingerprint());
    return Optional.of(new MirrorBuilder(target, with));
  }

  @Override
  public String fingerprint() {
    return "rows-1";
  }

  @Override
  public void close() {
    // nothing is held open between sessions
  }
}
