package io.millrace.connect.postgres.slot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connect.postgres.server.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A message in the server's log that asks whoever reads a slot to read a table again. The slot
 * keeps it until its reader has stored that it was seen, so it is neither lost nor obeyed twice.
 */
public final class ResnapshotSignal {
  private static final String PREFIX = "millrace.resnapshot";

  private final String slot;

  /** Signals to the reader of a slot. */
  public ResnapshotSignal(String slot) {
    this.slot = slot;
  }

  /** Writes one; it is on the server's disk when this returns. */
  void send(Connection connection, String stream) throws SQLException {
    var session = new Session(connection);
    session.one(
        "SELECT pg_catalog.set_config('synchronous_commit', 'local', false)",
        row -> row.getString(1));
    session.one(
        "SELECT pg_catalog.pg_logical_emit_message(true, ?, ?)",
        row -> row.getString(1),
        PREFIX,
        slot + " " + stream);
  }

  /** The stream that a message asks for; nothing if it is another message, or to another reader. */
  public Optional<String> stream(String prefix, byte[] content) {
    if (!prefix.equals(PREFIX)) {
      return Optional.empty();
    }
    String text = new String(content, UTF_8);
    return text.startsWith(slot + " ")
        ? Optional.of(text.substring(slot.length() + 1))
        : Optional.empty();
  }
}
