package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.Commission;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.round.SnapshotRound;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.DueRun;
import io.millrace.connect.round.Round;
import io.millrace.connect.round.RoundKeeper;
import io.millrace.connect.round.RoundPlanner;
import io.millrace.connect.round.RoundPlanner.PlannedRun;
import io.millrace.connect.round.StoredRound;
import io.millrace.connect.round.Wish;
import io.millrace.connect.selection.Relation;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a snapshot and plans the reading of all runs that are due under it. */
public final class RoundMaker implements RoundKeeper.Maker<WatchedRound> {
  private static final Logger LOG = LoggerFactory.getLogger(RoundMaker.class);

  private final PostgresOptions options;
  private final Commission commission;
  private final Agenda<TableName> agenda;
  private final PostgresServer server;
  private final RoundPlanner planner;
  private final SharedSnapshot.Source snapshots;

  /** A maker of rounds whose snapshots are of this moment. */
  RoundMaker(
      PostgresOptions options, Commission commission, Agenda<TableName> agenda, Nonces nonces) {
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
      Agenda<TableName> agenda,
      Nonces nonces,
      SharedSnapshot.Source snapshots) {
    this.snapshots = snapshots;
    this.options = options;
    this.commission = commission;
    this.agenda = agenda;
    this.server = options.server();
    this.planner = new RoundPlanner(commission, agenda.schedule(), nonces);
  }

  @Override
  public Optional<WatchedRound> make(StoredRound stored, long last) {
    try (Connection connection = server.connect(purpose("plan"))) {
      return make(connection, stored, last);
    } catch (SQLException e) {
      throw server.retriable(e);
    } catch (SnapshotLostException e) {
      throw MillraceException.passing(
          MillraceException.Category.SOURCE,
          "Lost a snapshot while planning: " + e.getMessage(),
          e);
    }
  }

  private Optional<WatchedRound> make(Connection connection, StoredRound stored, long last)
      throws SQLException, SnapshotLostException {
    var catalog = new Catalog(connection);
    Instant now = catalog.now();
    Wish wish = agenda.schedule().next(stored);
    List<DueRun<TableName, Table>> due =
        agenda.due(new PostgresTables(server, connection), stored, now, wish);
    if (due.isEmpty()) {
      return Optional.empty();
    }
    // Before the snapshot is taken: a TRUNCATE from here on changes them.
    Map<String, String> fileNodes = fileNodes(due, catalog);
    PlanId id = planner.id(last, now);
    SharedSnapshot snapshot = snapshots.take(purpose("snapshot " + id));
    try {
      SharedSnapshot.join(connection, snapshot.held().id());
      Round round = planner.round(id, wish, stored, planned(due, connection));
      LOG.info(
          "Plan {}: {} runs in {} partitions under snapshot {}",
          id,
          due.size(),
          round.units().size(),
          snapshot.held().id());
      return Optional.of(
          new WatchedRound(new SnapshotRound(round, snapshot.held(), fileNodes), snapshot, server));
    } catch (SQLException | SnapshotLostException | RuntimeException e) {
      snapshot.close();
      throw e;
    }
  }

  private static Map<String, String> fileNodes(List<DueRun<TableName, Table>> due, Catalog catalog)
      throws SQLException {
    var files = new HashMap<String, String>();
    for (DueRun<TableName, Table> run : due) {
      if (run.relation() instanceof Relation.Named<TableName> named
          && !files.containsKey(named.stream())) {
        files.put(named.stream(), catalog.fileNodes(named.name()));
      }
    }
    return files;
  }

  private List<PlannedRun<TableName, Table>> planned(
      List<DueRun<TableName, Table>> due, Connection connection) throws SQLException {
    var partitions = new RunPartitions(options.partition(), connection, agenda.onFailure());
    var planned = new ArrayList<PlannedRun<TableName, Table>>();
    for (DueRun<TableName, Table> run : due) {
      planned.add(partitions.of(run));
    }
    return planned;
  }

  private String purpose(String what) {
    return commission.pipeline() + " " + what;
  }
}
