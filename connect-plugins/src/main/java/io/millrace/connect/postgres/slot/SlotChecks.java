package io.millrace.connect.postgres.slot;

import io.millrace.connect.postgres.server.Session;
import io.millrace.core.MillraceException;
import java.sql.Connection;
import java.sql.SQLException;

/** Whether a server's log can be read, and be read on by a slot from where somebody stopped. */
public final class SlotChecks {
  private static final String ANEW =
      ". Begin anew: millrace drop FILE --slot, then deploy or run again (docs/postgres.md)";

  private final String slot;

  /** Checks of the slot of this name. */
  public SlotChecks(String slot) {
    this.slot = slot;
  }

  /**
   * Checks the server itself.
   *
   * @throws MillraceException (SOURCE or CONFIGURATION) if its log cannot be decoded
   */
  public static void requireLogical(Connection connection) throws SQLException {
    var session = new Session(connection);
    if (session.version() < ReplicationSlot.OLDEST_VERSION) {
      throw refused(
          "Cannot read the changes of Postgres %d: %d or later is needed"
              .formatted(session.version(), ReplicationSlot.OLDEST_VERSION));
    }
    String level = session.one("SELECT current_setting('wal_level')", row -> row.getString(1));
    if (!level.equals("logical")) {
      throw refused(
          "Cannot read changes: the server's wal_level is %s; set wal_level = logical in its configuration and restart it"
              .formatted(level));
    }
    if (session.one("SELECT pg_catalog.pg_is_in_recovery()", row -> row.getBoolean(1))) {
      throw MillraceException.configuration(
          "url", "Cannot read changes of a standby: name the primary in source.url");
    }
  }

  /**
   * The kind of slot that is needed.
   *
   * @throws MillraceException (SOURCE) if it is another, or has lost what it held
   */
  public void requireUsable(SlotState state, String database) {
    if (!state.plugin().equals("pgoutput") || !state.database().equals(database)) {
      throw refused(
          "Replication slot \"%s\" is not one for pgoutput in database \"%s\" (plugin \"%s\", database \"%s\"): name another in source.changes.slot"
              .formatted(slot, database, state.plugin(), state.database()));
    }
    if (state.temporary()) {
      throw refused(
          "Replication slot \"%s\" is a temporary one of another session: name another in source.changes.slot"
              .formatted(slot));
    }
    if (state.wal().isLost()) {
      throw refused(
          "Replication slot \"%s\" has lost changes that were not read yet (wal_status %s%s): raise max_slot_wal_keep_size"
                  .formatted(
                      slot,
                      state.wal().status(),
                      state.wal().invalidation().isEmpty()
                          ? ""
                          : ", invalidated by " + state.wal().invalidation())
              + ANEW);
    }
  }

  /** A slot that should be there. */
  public MillraceException missing(long stored) {
    return refused(
        "Replication slot \"%s\" is gone: the changes after %s cannot be read"
                .formatted(slot, Lsn.text(stored))
            + ANEW);
  }

  /** A slot that should not be there. */
  public MillraceException foreign() {
    return refused(
        "Replication slot \"%s\" is there, and Kafka Connect has no offset of its reader: either another reads it, then name another in source.changes.slot; or the offset was lost"
                .formatted(slot)
            + ANEW);
  }

  /**
   * That the slot still has everything after a place.
   *
   * @throws MillraceException (SOURCE) if it was confirmed beyond
   */
  public void requireNotAhead(SlotState state, long stored) {
    if (Long.compareUnsigned(state.confirmed(), stored) > 0) {
      throw refused(
          "Replication slot \"%s\" stands at %s, ahead of %s, where reading has stopped: somebody has advanced it or made it anew, and what lies between was never read"
                  .formatted(slot, Lsn.text(state.confirmed()), Lsn.text(stored))
              + ANEW);
    }
  }

  /**
   * That a server is the one that was read before, or a promoted standby that has the slot.
   *
   * @param stored which server that was
   * @param end the end of the server's log
   * @param place where reading has stopped
   * @throws MillraceException (SOURCE) if it is another
   */
  public void requireSame(SystemId stored, SystemId now, SlotState state, long end, long place) {
    if (!stored.system().equals(now.system())) {
      throw refused(
          "The server is another: its system identifier is %s, and %s was read before"
                  .formatted(now.system(), stored.system())
              + ANEW);
    }
    if (stored.timeline() != now.timeline() && !state.synced()) {
      throw refused(
          "The server is on timeline %d, and timeline %d was read before; slot \"%s\" was not synchronized from there"
                  .formatted(now.timeline(), stored.timeline(), slot)
              + ANEW);
    }
    if (Long.compareUnsigned(end, place) < 0) {
      throw refused(
          "The server's log ends at %s, before %s, where reading has stopped: it lacks what was read from another"
                  .formatted(Lsn.text(end), Lsn.text(place))
              + ANEW);
    }
  }

  /** The end of the server's log. */
  public static long end(Connection connection) throws SQLException {
    return new Session(connection)
        .one("SELECT pg_catalog.pg_current_wal_lsn()::text", row -> Lsn.parse(row.getString(1)));
  }

  private static MillraceException refused(String message) {
    return MillraceException.lasting(MillraceException.Category.SOURCE, message);
  }
}
