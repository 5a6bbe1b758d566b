package io.millrace.sinks.files;

import io.millrace.core.Unit;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.change.CutLimits;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkSession;
import io.millrace.sinks.files.ParquetSinkSession.Names;
import io.millrace.sinks.ledger.StoreLedger;
import io.millrace.sinks.parquet.ParquetFooter;
import io.millrace.sinks.parquet.ParquetSchema;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.SafeName;
import org.apache.arrow.vector.types.pojo.Schema;

/** A lake that is open. */
final class ParquetSink implements Sink {
  private final SinkContext context;
  private final ParquetLayout layout;
  private final CutLimits cutLimits;
  private final PathTemplate path;
  private final ObjectStore store;
  private final StoreLedger ledger;

  ParquetSink(
      SinkContext context,
      ParquetSinkOptions options,
      PathTemplate path,
      ObjectStore store,
      StoreLedger ledger) {
    this.context = context;
    this.layout = new ParquetLayout(options.parquet());
    this.cutLimits = options.cut().limits();
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
    String file = "%s-%s-%s.parquet".formatted(SafeName.of(unit.partition()), unit.plan(), writer);
    var names =
        new Names(writer, ledger.staged(unit, writer), path.key(unit, context.sink(), file));
    return session(unit, schema, names);
  }

  @Override
  public SinkSession begin(Cut cut, Schema schema) {
    String writer = context.nonces().next();
    Bucket bucket = cut.bucket();
    String file =
        "%d-%s-%d-%s.parquet"
            .formatted(bucket.number(), bucket.generation().id(), cut.number(), writer);
    var names = new Names(writer, ledger.staged(cut, writer), path.key(cut, context.sink(), file));
    return session(cut.unit(), schema, names);
  }

  private SinkSession session(Unit unit, Schema schema, Names names) {
    layout.options().bloomFilters().requireColumns(ParquetSchema.of(schema));
    return new ParquetSinkSession(store, layout.options(), unit, schema, names);
  }

  @Override
  public CutLimits cutLimits() {
    return cutLimits;
  }

  @Override
  public long sessionMemory() {
    return layout.writerMemory() + store.streamMemory();
  }

  @Override
  public void discard(Staged staged) {
    store.delete(staged.files().stream().map(StagedFile::staged).toList());
  }

  @Override
  public long countRows(RunHead head) {
    return ledger.markers(head.plan()).stream()
        .flatMap(marker -> marker.staged().files().stream())
        .mapToLong(file -> ParquetFooter.rows(length -> store.tail(file.path(), length)))
        .sum();
  }

  @Override
  public String fingerprint() {
    return layout.fingerprint();
  }

  @Override
  public void close() {
    // nothing is held open between sessions
  }
}
