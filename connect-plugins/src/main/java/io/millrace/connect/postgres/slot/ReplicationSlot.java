package io.millrace.connect.postgres.slot;

import io.millrace.connect.postgres.server.Session;
import io.millrace.connect.postgres.server.SqlText;
import io.millrace.core.PlanId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A logical replication slot for pgoutput, by its name, in one session. */
public final class ReplicationSlot {
  /** The oldest server whose slots tell the messages that stand in the log. */
  public static final int OLDEST_VERSION = 14;

  private static final int INVALIDATION_SINCE = 17;
  private static final int FAILOVER_SINCE = 17;
  private static final String MARK = "millrace.generation";

  /** What stands before the content of a pgoutput message: type, flags, LSN, prefix and length. */
  private static final int CONTENT = 1 + 1 + 8 + MARK.length() + 1 + 4;

  private static final int PREFIX = 1 + 1 + 8;

  private static final String STATE =
      """
      SELECT coalesce(plugin, ''), coalesce(database, ''), temporary, coalesce(active_pid, 0),
             confirmed_flush_lsn::text,
             coalesce(greatest(0, pg_catalog.pg_wal_lsn_diff(
               CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                    ELSE pg_catalog.pg_current_wal_lsn() END, restart_lsn)), 0)::bigint,
             coalesce(wal_status, ''), safe_wal_size, %s, %s
      FROM pg_catalog.pg_replication_slots WHERE slot_name = ?
      """;

  private final Session session;
  private final String name;

  public ReplicationSlot(Connection connection, String name) {
    this.session = new Session(connection);
    this.name = name;
  }

  /** What the server says of it; nothing if there is none. */
  public Optional<SlotState> state() throws SQLException {
    boolean tells = session.version() >= INVALIDATION_SINCE;
    List<SlotState> found =
        session.list(
            STATE.formatted(
                tells ? "coalesce(invalidation_reason, '')" : "''", tells ? "synced" : "false"),
            row -> {
              Long safeBytes = row.getObject(8, Long.class);
              return new SlotState(
                  row.getString(1),
                  row.getString(2),
                  row.getBoolean(3),
                  row.getInt(4),
                  Lsn.parse(row.getString(5)),
                  new SlotState.Wal(row.getLong(6), row.getString(7), safeBytes, row.getString(9)),
                  row.getBoolean(10));
            },
            name);
    return found.stream().findFirst();
  }

  /**
   * Makes it, to be copied to standbys where the server can, and writes the generation that begins
   * with it into the log: one of the slot's first messages. So nobody has to remember it before it
   * is stored. Both are on the server's disk when this returns.
   */
  public void create(PlanId generation, String pipeline) throws SQLException {
    String failover =
        session.version() >= FAILOVER_SINCE
            ? "temporary => false, twophase => false, failover => true"
            : "false";
    session.one(
        "SELECT pg_catalog.set_config('synchronous_commit', 'local', false)",
        row -> row.getString(1));
    session.one(
        """
        SELECT pg_catalog.pg_logical_emit_message(true, ?, ?), made.lsn
        FROM pg_catalog.pg_create_logical_replication_slot(?, 'pgoutput', %s) AS made
        """
            .formatted(failover),
        row -> row.getString(1),
        MARK,
        mark(generation, pipeline),
        name);
  }

  private static String mark(PlanId generation, String pipeline) {
    return generation + " " + pipeline;
  }

  /**
   * The generation that began with it, if it was never confirmed beyond its beginning and belongs
   * to this pipeline.
   *
   * @param publication one that there is; which tables it has does not matter
   */
  public Optional<PlanId> generation(String publication, String pipeline) throws SQLException {
    List<String> marks =
        session.list(
            """
            SELECT pg_catalog.convert_from(substring(c.data FROM %d), 'UTF8')
            FROM pg_catalog.pg_replication_slots s
            CROSS JOIN LATERAL pg_catalog.pg_logical_slot_peek_binary_changes(
              s.slot_name, s.confirmed_flush_lsn + 16777216, NULL,
              'proto_version', '1', 'publication_names', ?, 'messages', 'true') AS c
            WHERE s.slot_name = ? AND pg_catalog.get_byte(c.data, 0) = pg_catalog.ascii('M')
              AND substring(c.data FROM %d FOR %d) = ?
            """
                .formatted(CONTENT + 1, PREFIX + 1, MARK.length()),
            row -> row.getString(1),
            SqlText.identifier(publication),
            name,
            MARK.getBytes(StandardCharsets.UTF_8));
    return marks.stream()
        .map(text -> text.split(" ", 2))
        .filter(parts -> parts.length == 2 && parts[1].equals(pipeline))
        .map(parts -> PlanId.parse(parts[0]))
        .findFirst();
  }

  /** Removes it. */
  public void drop() throws SQLException {
    session.list("SELECT pg_catalog.pg_drop_replication_slot(?)", row -> 0, name);
  }
}
