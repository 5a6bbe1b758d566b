package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.Commission;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.Relation;
import io.millrace.connect.postgres.round.Agenda;
import io.millrace.connect.postgres.round.DueRun;
import io.millrace.connect.postgres.round.Round;
import io.millrace.connect.postgres.round.Wish;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.round.PlannedPartition;
import io.millrace.connect.round.RoundUnit;
import io.millrace.connect.round.SlotProgress.RoundId;
import io.millrace.connect.round.StoredRound;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a snapshot and plans the reading of all runs that are due under it. */
public final class RoundMaker {
  private static final Logger LOG = LoggerFactory.getLogger(RoundMaker.class);
  private static final int REQUEST_LETTERS = 8;
  private static final int RANDOM_LETTERS = 4;

  private final PostgresOptions options;
  private final Commission commission;
  private final Agenda agenda;
  private final PostgresServer server;
  private final Nonces nonces;
  private final SharedSnapshot.Source snapshots;

  /** A maker of rounds whose snapshots are of this moment. */
  RoundMaker(PostgresOptions options, Commission commission, Agenda agenda, Nonces nonces) {
    this(
        options,
        commission,
        agenda,
        nonces,
        purpose -> SharedSnapshot.export(options.server(), purpose));
  }

  /** A maker of rounds under snapshots that are taken in some other way. */
  public RoundMaker(
      PostgresOptions options,
      Commission commission,
      Agenda agenda,
      Nonces nonces,
      SharedSnapshot.Source snapshots) {
    this.snapshots = snapshots;
    this.options = options;
    this.commission = commission;
    this.agenda = agenda;
    this.server = options.server();
    this.nonces = nonces;
  }

  /** A round and the snapshot it holds under. */
  record Made(Round round, SharedSnapshot snapshot) {}

  PostgresServer server() {
    return server;
  }

  /**
   * Plans what is due; whoever gets the snapshot closes it.
   *
   * @param stored the latest round, null if there was none
   * @param last the millisecond of the latest plan that was made
   * @return nothing if nothing is due
   */
  Optional<Made> make(StoredRound stored, long last) throws SQLException, SnapshotLostException {
    try (Connection connection = server.connect(purpose("plan"))) {
      var catalog = new Catalog(connection);
      Instant now = catalog.now();
      Wish wish = agenda.next(stored);
      List<DueRun> due = agenda.due(connection, stored, now, wish);
      if (due.isEmpty()) {
        return Optional.empty();
      }
      // Before the snapshot is taken: a TRUNCATE from here on changes them.
      Map<String, String> fileNodes = fileNodes(due, catalog);
      var id = PlanId.after(last, now, nonce());
      SharedSnapshot snapshot = snapshots.take(purpose("snapshot " + id));
      try {
        SharedSnapshot.join(connection, snapshot.held().id());
        List<RoundUnit> units = units(due, connection);
        LOG.info(
            "Plan {}: {} runs in {} partitions under snapshot {}",
            id,
            due.size(),
            units.size(),
            snapshot.held().id());
        var round =
            new RoundId(
                id, units.size(), wish.toString(), commission.range(), agenda.marks(stored));
        return Optional.of(
            new Made(new Round(round, snapshot.held(), fileNodes, names(due), units), snapshot));
      } catch (SQLException | SnapshotLostException | RuntimeException e) {
        snapshot.close();
        throw e;
      }
    }
  }

  private static Map<String, String> fileNodes(List<DueRun> due, Catalog catalog)
      throws SQLException {
    var files = new HashMap<String, String>();
    for (DueRun run : due) {
      if (run.relation() instanceof Relation.Named named && !files.containsKey(named.stream())) {
        files.put(named.stream(), catalog.fileNodes(named.name()));
      }
    }
    return files;
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

  /** Numbered as they are to be read: the runs of the biggest table first. */
  private List<RoundUnit> units(List<DueRun> due, Connection connection) throws SQLException {
    var planned = new ArrayList<RunPartitions.Planned>();
    var partitions = new RunPartitions(options.partition(), connection, agenda.mayFail());
    for (DueRun run : due) {
      planned.add(partitions.of(run));
    }
    planned.sort((a, b) -> Long.compare(b.bytes(), a.bytes()));
    var units = new ArrayList<RoundUnit>();
    for (RunPartitions.Planned each : planned) {
      DueRun run = each.run();
      String failure = run instanceof DueRun.Unreadable lost ? lost.reason() : null;
      for (PlannedPartition partition : each.partitions()) {
        units.add(
            new RoundUnit(
                units.size(),
                run.unit(),
                run.run(),
                each.partitions().size(),
                run.bounds(),
                partition,
                failure));
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

  private String purpose(String what) {
    return commission.pipeline() + " " + what;
  }
}
