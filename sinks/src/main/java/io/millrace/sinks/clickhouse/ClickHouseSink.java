package io.millrace.sinks.clickhouse;

import io.millrace.core.MillraceException;
import io.millrace.core.PlannedRun;
import io.millrace.core.StreamId;
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
import io.millrace.sinks.clickhouse.ClickHouseSinkSession.Names;
import io.millrace.sinks.clickhouse.server.Server;
import io.millrace.sinks.clickhouse.server.TableName;
import io.millrace.sinks.clickhouse.type.ValueLimits;
import io.millrace.sinks.ledger.StoreLedger;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.vector.types.pojo.Schema;

/** Tables of a server that is reached, and their ledger. */
final class ClickHouseSink implements Sink {
  /** Goes up when the same rows and options give other tables. */
  private static final int LAYOUT = 1;

  private static final int COMMON_MEMORY = 4 << 20;

  private final SinkContext context;
  private final ClickHouseSinkOptions options;
  private final Server server;
  private final RunTables tables;
  private final StoreLedger ledger;

  /** Schemas that the tables of their streams take. */
  private final Set<Prepared> prepared = ConcurrentHashMap.newKeySet();

  private record Prepared(StreamId stream, Schema schema) {}

  ClickHouseSink(
      SinkContext context,
      ClickHouseSinkOptions options,
      Server server,
      RunTables tables,
      StoreLedger ledger) {
    this.context = context;
    this.options = options;
    this.server = server;
    this.tables = tables;
    this.ledger = ledger;
  }

  @Override
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public SinkSession begin(Unit unit, Schema schema) {
    String writer = context.nonces().next();
    TableName target = prepare(unit.stream(), schema);
    var staging =
        new StagingTable(
            server,
            target,
            tables.staged(unit.plannedRun(), target, writer),
            unit.run().value(),
            writer);
    var names = new Names(writer, ledger.staged(unit, writer), RowsPath.of(target, unit, writer));
    var limits = new ValueLimits(options.nullContainers());
    return new ClickHouseSinkSession(staging, names, schema, limits, options.insertSize().bytes());
  }

  private TableName prepare(StreamId stream, Schema schema) {
    TargetTable table = target(stream);
    var wanted = new Prepared(stream, schema);
    if (!prepared.contains(wanted)) {
      table.prepare(schema);
      prepared.add(wanted);
    }
    return table.name();
  }

  private TargetTable target(StreamId stream) {
    return new TargetTable(
        server,
        new TableName(options.database(), options.table(stream.name())),
        TargetTable.owner(stream, context.sink()),
        options.tables());
  }

  @Override
  public SinkSession begin(Cut cut, Schema schema) {
    throw MillraceException.configuration(
        "Cannot load changes of %s into ClickHouse: this sink loads runs only; send changes to a parquet sink"
            .formatted(cut.bucket().stream()));
  }

  @Override
  public CutLimits cutLimits() {
    return new CutLimits(Duration.ofMinutes(1), options.insertSize().bytes(), Integer.MAX_VALUE);
  }

  /** What waits for an INSERT, as an array and as it grows, and what is the same for all. */
  @Override
  public long sessionMemory() {
    return 3 * options.insertSize().bytes() + COMMON_MEMORY;
  }

  @Override
  public void discard(Staged staged) {
    for (StagedFile file : staged.files()) {
      tables.discard(file);
    }
  }

  @Override
  public long countRows(RunHead head) {
    PlannedRun plan = head.plan();
    List<StagedFile> files =
        ledger.markers(plan).stream().flatMap(marker -> marker.staged().files().stream()).toList();
    return tables.countRows(plan, files);
  }

  @Override
  public String fingerprint() {
    return "clickhouse-%d:%s".formatted(LAYOUT, options.nullContainers()).toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    server.close();
  }
}
