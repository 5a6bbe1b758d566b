package io.millrace.connect.postgres.changes;

import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.postgres.slot.Publication;
import io.millrace.connect.postgres.slot.ReplicationSlot;
import io.millrace.connect.postgres.slot.SlotChecks;
import io.millrace.connect.postgres.slot.SlotState;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes publication and slot where nothing was read yet, or takes over what was just made. */
final class SlotSetup {
  private static final Logger LOG = LoggerFactory.getLogger(SlotSetup.class);
  private static final String EXISTS = "42710";

  private final PostgresOptions options;
  private final String pipeline;
  private final Nonces nonces;
  private final String name;
  private final String publicationName;
  private final SlotChecks checks;

  SlotSetup(PostgresOptions options, String pipeline, Nonces nonces) {
    this.options = options;
    this.pipeline = pipeline;
    this.nonces = nonces;
    this.name = options.changes().slotOf(pipeline);
    this.publicationName = options.changes().publicationOf(pipeline);
    this.checks = new SlotChecks(name);
  }

  /**
   * The slot of a generation that nothing is stored of.
   *
   * @param generation its id
   * @param from where it begins
   * @param made whether it was made just now, so that nobody can have read of it
   */
  record Begun(PlanId generation, long from, boolean made) {}

  /**
   * Makes what there is not.
   *
   * @throws MillraceException if the server, the publication or a slot that is there cannot be used
   */
  Begun begin(Connection session) throws SQLException {
    SlotChecks.requireLogical(session);
    var slot = new ReplicationSlot(session, name);
    var catalog = new Catalog(session);
    var publication = new Publication(session, publicationName);
    List<TableName> tables = List.copyOf(TableStreams.selected(options, catalog).values());
    boolean made = slot.state().isEmpty() && create(slot, publication, tables, catalog);
    SlotState state = slot.state().orElseThrow(() -> checks.missing(0));
    checks.requireUsable(state, session.getCatalog());
    publication.require(TableStreams.named(options, tables));
    PlanId generation = slot.generation(publicationName, pipeline).orElseThrow(checks::foreign);
    return new Begun(generation, state.confirmed(), made);
  }

  /** Somebody of this pipeline may be at it at the same time: one of them makes it. */
  private boolean create(
      ReplicationSlot slot, Publication publication, List<TableName> tables, Catalog catalog)
      throws SQLException {
    try {
      publication.ensure(tables);
      publication.require(TableStreams.named(options, tables));
      slot.create(PlanId.after(0, catalog.now(), nonces.next()), pipeline);
      LOG.info("Created replication slot {} for publication {}", name, publicationName);
      return true;
    } catch (SQLException e) {
      if (!EXISTS.equals(e.getSQLState())) {
        throw e;
      }
      return false;
    }
  }
}
