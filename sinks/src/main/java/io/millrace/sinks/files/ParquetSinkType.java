package io.millrace.sinks.files;

import io.millrace.core.MillraceException;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkType;
import io.millrace.sinks.ledger.StoreLedger;
import io.millrace.sinks.parquet.ParquetSchema;
import io.millrace.sinks.store.LocalStore;
import io.millrace.sinks.store.ObjectStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.pojo.Schema;

/** Parquet files in a lake. */
public final class ParquetSinkType implements SinkType<ParquetSinkOptions> {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+)://.*");

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
    ObjectStore store = around.apply(store(context, path));
    StoreLedger ledger = StoreLedger.open(store, context, options.keepSuperseded());
    return new ParquetSink(context, options.parquet(), path, store, ledger);
  }

  @Override
  public void check(SinkContext context, ParquetSinkOptions options) {
    ObjectStore store = store(context, PathTemplate.parse(options.path()));
    store.requireWritable();
    StoreLedger.check(store, context);
  }

  @Override
  public LedgerView look(SinkContext context, ParquetSinkOptions options) {
    return StoreLedger.look(store(context, PathTemplate.parse(options.path())), context);
  }

  private static ObjectStore store(SinkContext context, PathTemplate path) {
    Matcher scheme = SCHEME.matcher(path.root());
    if (!scheme.matches()) {
      return new LocalStore(context.folder().resolve(path.root()), context.nonces());
    } else if (scheme.group(1).equals("file")) {
      return new LocalStore(Path.of(URI.create(path.root())), context.nonces());
    }
    throw MillraceException.configuration(
        "path",
        "Cannot write to \"%s\": there is no store for %s:// yet, use a local path"
            .formatted(path.root(), scheme.group(1)));
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
