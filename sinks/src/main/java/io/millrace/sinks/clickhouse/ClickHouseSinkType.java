package io.millrace.sinks.clickhouse;

import io.millrace.core.MillraceException;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkType;
import io.millrace.sinks.clickhouse.server.Server;
import io.millrace.sinks.clickhouse.server.SqlText;
import io.millrace.sinks.clickhouse.type.ColumnType;
import io.millrace.sinks.files.LakeStore;
import io.millrace.sinks.ledger.StoreLedger;
import io.millrace.sinks.store.ObjectStore;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.pojo.Schema;

/** Tables of ClickHouse. */
public final class ClickHouseSinkType implements SinkType<ClickHouseSinkOptions> {
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

  /** The first version that drops a table whatever its size if it is told to. */
  private static final int YEAR = 24;

  private static final int MONTH = 3;

  @Override
  public String name() {
    return "clickhouse";
  }

  @Override
  public Class<ClickHouseSinkOptions> options() {
    return ClickHouseSinkOptions.class;
  }

  @Override
  public boolean takesChanges() {
    return false;
  }

  @Override
  public Sink open(SinkContext context, ClickHouseSinkOptions options) {
    return open(context, options, UnaryOperator.identity());
  }

  /** Opens the sink on what {@code around} makes of its ledger's store: to refuse calls. */
  public Sink open(
      SinkContext context, ClickHouseSinkOptions options, UnaryOperator<ObjectStore> around) {
    ObjectStore store = around.apply(store(context, options));
    var server = new Server(options.server());
    try {
      checkServer(server, options);
      RunTables tables = tables(server, context, options);
      StoreLedger ledger = StoreLedger.open(store, tables, context);
      return new ClickHouseSink(context, options, server, tables, ledger);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  @Override
  public void check(SinkContext context, ClickHouseSinkOptions options) {
    ObjectStore store = store(context, options);
    store.requireWritable();
    StoreLedger.check(store, context);
    try (var server = new Server(options.server())) {
      checkServer(server, options);
    }
  }

  private static void checkServer(Server server, ClickHouseSinkOptions options) {
    String version = server.version();
    Matcher parts = VERSION.matcher(version);
    boolean known = parts.matches();
    int year = known ? Integer.parseInt(parts.group(1)) : 0;
    int month = known ? Integer.parseInt(parts.group(2)) : 0;
    if (year < YEAR || (year == YEAR && month < MONTH)) {
      throw MillraceException.lasting(
          MillraceException.Category.TARGET,
          "Cannot load into ClickHouse %s: it is too old, %d.%d or later is needed"
              .formatted(version, YEAR, MONTH));
    }
    String database = SqlText.literal(options.database());
    if (server.number("SELECT count() FROM system.databases WHERE name = " + database) == 0) {
      throw MillraceException.configuration(
          "database",
          "Cannot load into database %s: it is not there, or the user may not see it; CREATE DATABASE first"
              .formatted(options.database()));
    }
  }

  @Override
  public LedgerView look(SinkContext context, ClickHouseSinkOptions options) {
    ObjectStore store = store(context, options);
    try (var server = new Server(options.server())) {
      return StoreLedger.look(store, tables(server, context, options), context);
    }
  }

  private static ObjectStore store(SinkContext context, ClickHouseSinkOptions options) {
    return LakeStore.open(context, options.ledger(), options.s3(), options.gcs());
  }

  private static RunTables tables(
      Server server, SinkContext context, ClickHouseSinkOptions options) {
    return new RunTables(server, context.sink(), options.database(), context.nonces());
  }

  /** ClickHouse's names, such as {@code Nullable(Decimal(10, 2))}. */
  @Override
  public List<String> columnTypes(Schema schema) {
    return schema.getFields().stream().map(ColumnType::of).toList();
  }

  /** The columns as a CREATE TABLE has them. */
  @Override
  public String schemaText(Schema schema) {
    return TargetTable.columns(schema);
  }
}
