package io.millrace.sinks.files;

import io.millrace.core.ledger.LedgerView;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkType;
import io.millrace.sinks.ledger.StoreLedger;
import io.millrace.sinks.parquet.ParquetSchema;
import io.millrace.sinks.store.ObjectStore;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.arrow.vector.types.pojo.Schema;

/** Parquet files in a lake. */
public final class ParquetSinkType implements SinkType<ParquetSinkOptions> {
  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public Class<ParquetSinkOptions> options() {
    return ParquetSinkOptions.class;
  }

  @Override
  public Sink open(SinkContext context, ParquetSinkOptions options) {
    return open(context, options, UnaryOperator.identity());
  }

  /** Opens the sink on what {@code around} makes of its store: to count, delay or refuse calls. */
  public Sink open(
      SinkContext context, ParquetSinkOptions options, UnaryOperator<ObjectStore> around) {
    PathTemplate path = PathTemplate.parse(options.path());
    ObjectStore store = around.apply(store(context, options));
    StoreLedger ledger = StoreLedger.open(store, context, options.keepSuperseded());
    return keepsMirrors(options)
        ? new MirrorSink(context, options, path, store, ledger)
        : new ParquetSink(context, options, path, store, ledger);
  }

  @Override
  public boolean keepsMirrors(ParquetSinkOptions options) {
    return options.output() == Output.MIRROR;
  }

  @Override
  public void check(SinkContext context, ParquetSinkOptions options) {
    ObjectStore store = store(context, options);
    store.requireWritable();
    StoreLedger.check(store, context);
  }

  @Override
  public LedgerView look(SinkContext context, ParquetSinkOptions options) {
    return StoreLedger.look(store(context, options), context);
  }

  private static ObjectStore store(SinkContext context, ParquetSinkOptions options) {
    String root = PathTemplate.parse(options.path()).root();
    return LakeStore.open(context, root, options.s3(), options.gcs());
  }

  /** Parquet's names, such as {@code int32 (DATE)}. */
  @Override
  public List<String> columnTypes(Schema schema) {
    return ParquetSchema.of(schema).getFields().stream().map(TypeNames::of).toList();
  }

  /** The message type of each file. */
  @Override
  public String schemaText(Schema schema) {
    return ParquetSchema.of(schema).toString();
  }
}
