package io.millrace.connect.clickhouse.read;

import io.millrace.connect.Commission;
import io.millrace.connect.clickhouse.ClickHouseOptions;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.ServerAddress;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.clickhouse.server.TableName;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.DueRun;
import io.millrace.connect.round.Round;
import io.millrace.connect.round.RoundKeeper;
import io.millrace.connect.round.RoundPlanner;
import io.millrace.connect.round.StoredRound;
import io.millrace.connect.round.Wish;
import io.millrace.core.Nonces;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans the reading of all runs that are due, each time by the next endpoint. */
final class RoundMaker implements RoundKeeper.Maker<FreeRound> {
  private static final Logger LOG = LoggerFactory.getLogger(RoundMaker.class);

  private final ClickHouseOptions options;
  private final Agenda<TableName> agenda;
  private final ServerAddress server;
  private final RoundPlanner planner;
  private int turn;

  RoundMaker(
      ClickHouseOptions options, Commission commission, Agenda<TableName> agenda, Nonces nonces) {
    this.options = options;
    this.agenda = agenda;
    this.server = options.server();
    this.planner = new RoundPlanner(commission, agenda.schedule(), nonces);
  }

  @Override
  public Optional<FreeRound> make(StoredRound stored, long last) {
    try (ClickHouseSession session = ClickHouseSession.open(server, turn++)) {
      var tables = new ClickHouseTables(session, options.onUnrepresentable());
      Instant now = tables.now();
      Wish wish = agenda.schedule().next(stored);
      List<DueRun<TableName, Table>> due = agenda.due(tables, stored, now, wish);
      if (due.isEmpty()) {
        return Optional.empty();
      }
      var partitions = new RunPartitions(options.partition(), session, agenda.onFailure());
      Round round =
          planner.round(
              planner.id(last, now), wish, stored, due.stream().map(partitions::of).toList());
      LOG.info(
          "Plan {}: {} runs in {} partitions", round.id().plan(), due.size(), round.units().size());
      return Optional.of(new FreeRound(round, schemas(due)));
    }
  }

  private static Map<String, String> schemas(List<DueRun<TableName, Table>> due) {
    var schemas = new HashMap<String, String>();
    for (DueRun<TableName, Table> run : due) {
      if (run instanceof DueRun.Whole<TableName, Table> whole) {
        schemas.put(run.relation().stream(), whole.table().fingerprint());
      } else if (run instanceof DueRun.InWindow<TableName, Table> window) {
        schemas.put(run.relation().stream(), window.table().fingerprint());
      }
    }
    return schemas;
  }
}
