package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.Commission;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.plan.PlannedPartition;
import io.millrace.connect.postgres.plan.ServerStatistics;
import io.millrace.connect.postgres.plan.SnapshotPlanner;
import io.millrace.connect.postgres.plan.SplitColumn;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a snapshot of a table and plans its reading. */
final class PlanMaker {
  private static final Logger LOG = LoggerFactory.getLogger(PlanMaker.class);
  private static final int REQUEST_LETTERS = 8;
  private static final int RANDOM_LETTERS = 4;

  private final PostgresOptions options;
  private final PostgresServer server;
  private final Commission commission;
  private final Nonces nonces;

  PlanMaker(PostgresOptions options, Commission commission, Nonces nonces) {
    this.options = options;
    this.server = options.server();
    this.commission = commission;
    this.nonces = nonces;
  }

  /** A plan and the snapshot it holds under. */
  record Made(SnapshotPlan plan, SharedSnapshot snapshot) {}

  PostgresServer server() {
    return server;
  }

  /** Plans after a plan of {@code last} milliseconds; whoever gets the snapshot closes it. */
  Made make(long last) throws SQLException, SnapshotLostException {
    try (Connection connection = server.connect(purpose("plan"))) {
      var catalog = new Catalog(connection);
      catalog.table(options.tableName());
      // Before the snapshot is taken: a TRUNCATE from here on changes them.
      String fileNodes = catalog.fileNodes(options.tableName());
      var id = PlanId.after(last, now(connection), nonce());
      SharedSnapshot snapshot = SharedSnapshot.export(server, purpose("snapshot " + id));
      try {
        SharedSnapshot.join(connection, snapshot.id());
        List<PlannedPartition> partitions = partitions(catalog, connection);
        LOG.info(
            "Plan {} of {}: {} partitions under snapshot {}",
            id,
            options.table(),
            partitions.size(),
            snapshot.id());
        return new Made(
            new SnapshotPlan(id, snapshot.id(), snapshot.exporter(), fileNodes, partitions),
            snapshot);
      } catch (SQLException | SnapshotLostException | RuntimeException e) {
        snapshot.close();
        throw e;
      }
    }
  }

  private List<PlannedPartition> partitions(Catalog catalog, Connection connection)
      throws SQLException {
    Table table = catalog.table(options.tableName());
    int ranges = options.partition().ranges();
    SplitColumn column =
        options.partition().column().map(name -> SplitColumn.named(table, name)).orElse(null);
    return new SnapshotPlanner(ranges)
        .plan(table, column, new ServerStatistics(connection, table, ranges));
  }

  private static Instant now(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_catalog.floor(extract(epoch FROM now()) * 1000)")) {
      row.next();
      return Instant.ofEpochMilli(row.getLong(1));
    }
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
