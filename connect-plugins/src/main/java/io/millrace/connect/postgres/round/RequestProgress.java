package io.millrace.connect.postgres.round;

import io.millrace.connect.Commission;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.round.KnownOffsets;
import io.millrace.connect.round.StoredRound;
import io.millrace.connect.round.StoredRounds;
import io.millrace.core.stage.StoredOffset;
import io.millrace.core.window.WindowOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** How far a connector is with a request, as seen from outside: by its offsets and the source. */
public final class RequestProgress {
  private final PostgresOptions options;
  private final Commission commission;
  private final Agenda agenda;

  /**
   * The progress of a connector that is told this.
   *
   * @param windowsOrNull how runs are made; null for one run of the whole table
   */
  public RequestProgress(
      PostgresOptions options, Commission commission, WindowOptions windowsOrNull) {
    this.options = options;
    this.commission = commission;
    this.agenda = new Agenda(commission, windowsOrNull, options.selection());
  }

  /** Whether its latest round is complete and nothing more is due: what the connector asks too. */
  public boolean isFulfilled(List<StoredOffset> offsets) {
    StoredRound latest =
        new StoredRounds(new KnownOffsets(offsets), commission.pipeline()).latest().orElse(null);
    if (agenda.isDone(latest)) {
      return true;
    }
    if (latest != null && !latest.isComplete()) {
      return false;
    }
    PostgresServer server = options.server();
    try (Connection connection = server.connect(commission.pipeline() + " look")) {
      return agenda.due(connection, latest, new Catalog(connection).now()).isEmpty();
    } catch (SQLException e) {
      throw server.explain(e);
    }
  }
}
