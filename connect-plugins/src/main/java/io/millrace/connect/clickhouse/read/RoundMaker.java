package io.millrace.connect.clickhouse.read;

import io.millrace.connect.Commission;
import io.millrace.connect.clickhouse.ClickHouseOptions;
import io.millrace.connect.clickhouse.Relation;
import io.millrace.connect.clickhouse.server.Catalog;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.ServerAddress;
import io.millrace.connect.round.PlannedPartition;
import io.millrace.connect.round.RoundUnit;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.round.StoredRound;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans the reading of all runs that are due. */
final class RoundMaker {
  private static final Logger LOG = LoggerFactory.getLogger(RoundMaker.class);
  private static final int REQUEST_LETTERS = 8;
  private static final int RANDOM_LETTERS = 4;

  private final ClickHouseOptions options;
  private final Commission commission;
  private final Agenda agenda;
  private final ServerAddress server;
  private final Nonces nonces;
  private int turn;

  RoundMaker(ClickHouseOptions options, Commission commission, Agenda agenda, Nonces nonces) {
    this.options = options;
    this.commission = commission;
    this.agenda = agenda;
    this.server = options.server();
    this.nonces = nonces;
  }

  /**
   * Plans what is due, each time by the next endpoint.
   *
   * @param stored the latest round, null if there was none
   * @param last the millisecond of the latest plan that was made
   * @return nothing if nothing is due
   */
  Optional<Round> make(StoredRound stored, long last) {
    try (ClickHouseSession session = ClickHouseSession.open(server, turn++)) {
      Instant now = new Catalog(session).now();
      List<DueRun> due = agenda.due(session, stored, now);
      if (due.isEmpty()) {
        return Optional.empty();
      }
      var plan = PlanId.after(last, now, nonce());
      List<RoundUnit> units = units(due, session);
      LOG.info("Plan {}: {} runs in {} partitions", plan, due.size(), units.size());
      var id =
          new RoundId(
              plan,
              units.size(),
              commission.request(),
              commission.range(),
              agenda.schedule().marks(stored));
      return Optional.of(new Round(id, names(due), units));
    }
  }

  private static Map<String, String> names(List<DueRun> due) {
    var names = new HashMap<String, String>();
    for (DueRun run : due) {
      if (run.relation() instanceof Relation.Named named) {
        names.put(named.stream(), named.name().toString());
      }
    }
    return names;
  }

  /** Numbered as they are to be read: the biggest runs first. */
  private List<RoundUnit> units(List<DueRun> due, ClickHouseSession session) {
    var planned = new ArrayList<RunPartitions.Planned>();
    var partitions = new RunPartitions(options.partition(), session, agenda.mayFail());
    for (DueRun run : due) {
      planned.add(partitions.of(run));
    }
    planned.sort((a, b) -> Long.compare(b.rows(), a.rows()));
    var units = new ArrayList<RoundUnit>();
    for (RunPartitions.Planned each : planned) {
      DueRun run = each.run();
      String failure = run instanceof DueRun.Unreadable lost ? lost.reason() : null;
      int planSize = each.partitions().size();
      for (PlannedPartition partition : each.partitions()) {
        units.add(
            new RoundUnit(
                units.size(), run.unit(), run.run(), planSize, run.bounds(), partition, failure));
      }
    }
    return units;
  }

  private String nonce() {
    String request = commission.request().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    String name = request.isEmpty() ? nonces.next() : request;
    return name.substring(0, Math.min(REQUEST_LETTERS, name.length()))
        + nonces.next().substring(0, RANDOM_LETTERS);
  }
}
