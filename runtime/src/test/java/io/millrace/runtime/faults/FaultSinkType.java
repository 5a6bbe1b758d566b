package io.millrace.runtime.faults;

import io.millrace.core.ledger.LedgerView;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkType;
import io.millrace.sinks.files.ParquetSinkOptions;
import io.millrace.sinks.files.ParquetSinkType;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The Parquet sink on a {@link FaultStore}, to be named in a pipeline's file. Only the class path
 * that {@link SinkProcess} makes knows it as a service.
 */
public final class FaultSinkType implements SinkType<ParquetSinkOptions> {
  static final String NAME = "faulty_parquet";

  private final ParquetSinkType parquet = new ParquetSinkType();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<ParquetSinkOptions> options() {
    return ParquetSinkOptions.class;
  }

  @Override
  public Sink open(SinkContext context, ParquetSinkOptions options) {
    return parquet.open(context, options, FaultStore::new);
  }

  @Override
  public void check(SinkContext context, ParquetSinkOptions options) {
    parquet.check(context, options);
  }

  @Override
  public LedgerView look(SinkContext context, ParquetSinkOptions options) {
    return parquet.look(context, options);
  }

  @Override
  public List<String> columnTypes(Schema schema) {
    return parquet.columnTypes(schema);
  }

  @Override
  public String schemaText(Schema schema) {
    return parquet.schemaText(schema);
  }
}
