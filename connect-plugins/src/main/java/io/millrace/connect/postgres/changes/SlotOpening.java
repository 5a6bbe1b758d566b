package io.millrace.connect.postgres.changes;

import io.millrace.connect.change.CommitWindows;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.connect.postgres.slot.Publication;
import io.millrace.connect.postgres.slot.ReplicationSlot;
import io.millrace.connect.postgres.slot.SlotChecks;
import io.millrace.connect.postgres.slot.SlotGeneration;
import io.millrace.connect.postgres.slot.SlotState;
import io.millrace.connect.postgres.slot.SystemId;
import io.millrace.core.MillraceException;
import io.millrace.core.window.WindowOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins to read a slot, or goes on, and then refuses whatever is not as it was left. */
final class SlotOpening {
  private static final Logger LOG = LoggerFactory.getLogger(SlotOpening.class);

  private final PostgresOptions options;
  private final String pipeline;
  private final WindowOptions windows;
  private final SlotSetup setup;
  private final InstantSource clock;
  private final PostgresServer server;
  private final String name;
  private final String publicationName;
  private final SlotChecks checks;

  SlotOpening(
      PostgresOptions options,
      String pipeline,
      WindowOptions windows,
      SlotSetup setup,
      InstantSource clock) {
    this.options = options;
    this.pipeline = pipeline;
    this.windows = windows;
    this.setup = setup;
    this.clock = clock;
    this.server = options.server();
    this.name = options.changes().slotOf(pipeline);
    this.publicationName = options.changes().publicationOf(pipeline);
    this.checks = new SlotChecks(name);
  }

  PostgresServer server() {
    return server;
  }

  /**
   * Opens it.
   *
   * @param storedOrNull where reading goes on; null if nothing was read yet
   * @param point where a snapshot of the tables was taken: what was committed before it is left out
   *     of streams that have not begun yet; 0 if there is none
   * @throws MillraceException if what is stored does not fit the options or the server
   */
  ChangeStream.Opened open(Checkpoint storedOrNull, long point) throws SQLException {
    if (storedOrNull != null) {
      requireSettings(storedOrNull);
    }
    Connection session = server.connect(pipeline + " changes");
    Connection replication = null;
    try {
      replication = server.connectReplication(pipeline + " log");
      SystemId system = SystemId.of(replication);
      Checkpoint checkpoint =
          storedOrNull == null ? begin(session, system) : resume(session, system, storedOrNull);
      var tables = new TableStreams(options, pipeline, checkpoint, point, session);
      var log = new SlotLog(replication, name, publicationName, checkpoint.lsn());
      LOG.info(
          "Reading slot {} from {}, generation {}",
          name,
          Lsn.text(checkpoint.lsn()),
          checkpoint.generation().id());
      return new ChangeStream.Opened(
          checkpoint,
          new CommitWindows(windows, checkpoint.latestCommit()),
          log,
          tables,
          new Heartbeat(session, name, options.changes().heartbeat(), clock.instant()));
    } catch (SQLException | RuntimeException e) {
      session.close();
      if (replication != null) {
        replication.close();
      }
      throw e;
    }
  }

  /** What fixes the generation; see {@link Checkpoint#of} for the hash. */
  private void requireSettings(Checkpoint stored) {
    SlotGeneration generation = stored.generation();
    requireEqual("slot", generation.slot(), name);
    requireEqual(
        "buckets",
        Integer.toString(generation.buckets()),
        Integer.toString(options.changes().buckets()));
  }

  private static void requireEqual(String option, String stored, String now) {
    if (!stored.equals(now)) {
      throw MillraceException.configuration(
          "changes." + option,
          "Cannot go on with changes.%s %s: reading was begun with %s. Set it back, or begin anew: millrace drop FILE --slot"
              .formatted(option, now, stored));
    }
  }

  private Checkpoint begin(Connection session, SystemId system) throws SQLException {
    SlotSetup.Begun begun = setup.begin(session);
    var generation =
        new SlotGeneration(begun.generation(), system.system(), name, options.changes().buckets());
    return Checkpoint.start(generation, system.timeline(), begun.from());
  }

  private Checkpoint resume(Connection session, SystemId system, Checkpoint stored)
      throws SQLException {
    SlotChecks.requireLogical(session);
    SlotState state =
        new ReplicationSlot(session, name).state().orElseThrow(() -> checks.missing(stored.lsn()));
    checks.requireUsable(state, session.getCatalog());
    checks.requireNotAhead(state, stored.lsn());
    checks.requireSame(stored.system(), system, state, SlotChecks.end(session), stored.lsn());
    var tables = TableStreams.selected(options, new Catalog(session)).values();
    new Publication(session, publicationName).require(TableStreams.named(options, tables));
    return new Checkpoint(
        stored.generation(),
        system.timeline(),
        stored.lsn(),
        stored.latestCommit(),
        stored.streams(),
        stored.gone());
  }
}
