package io.millrace.connect.postgres.slot;

import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.core.MillraceException;
import io.millrace.core.options.ByteSize;
import io.millrace.core.stage.SourceLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** A pipeline's slot for people: how it fares, and its end. */
public final class SlotReport {
  private final PostgresServer server;
  private final String pipeline;
  private final String name;
  private final ByteSize warnBehind;

  /** The slot of a pipeline with these options. */
  public SlotReport(PostgresOptions options, String pipeline) {
    this.server = options.server();
    this.pipeline = pipeline;
    this.name = options.changes().slotOf(pipeline);
    this.warnBehind = options.changes().warnBehind();
  }

  /** How it fares; nothing if there is none. */
  public Optional<SourceLog> log() {
    try (Connection connection = server.connect(pipeline + " status")) {
      return new ReplicationSlot(connection, name).state().map(this::told);
    } catch (SQLException e) {
      throw server.explain(e);
    }
  }

  private SourceLog told(SlotState state) {
    SlotState.Wal wal = state.wal();
    return new SourceLog(
        "slot " + name,
        wal.behind(),
        wal.status(),
        state.activePid() != 0,
        wal.safeBytesOrNull(),
        warning(wal));
  }

  private String warning(SlotState.Wal wal) {
    if (wal.isLost()) {
      return "changes that were not read are lost; begin anew with millrace drop FILE --slot";
    }
    if (wal.status().equals("unreserved")) {
      return "its changes are lost at the next checkpoint: start its reader, or raise"
          + " max_slot_wal_keep_size";
    }
    return wal.behind() > warnBehind.bytes()
        ? "the server keeps more than %s for it: start its reader, or drop it with millrace drop FILE --slot"
            .formatted(warnBehind)
        : "";
  }

  /**
   * Drops it; says what there was.
   *
   * @throws MillraceException (SOURCE) if somebody reads it
   */
  public Optional<String> drop() {
    try (Connection connection = server.connect(pipeline + " drop")) {
      var slot = new ReplicationSlot(connection, name);
      Optional<SlotState> state = slot.state();
      if (state.isEmpty()) {
        return Optional.empty();
      }
      if (state.get().activePid() != 0) {
        throw MillraceException.passing(
            MillraceException.Category.SOURCE,
            "Cannot drop replication slot \"%s\": process %d reads it; stop its connector first"
                .formatted(name, state.get().activePid()),
            null);
      }
      slot.drop();
      return Optional.of("replication slot " + name);
    } catch (SQLException e) {
      throw server.explain(e);
    }
  }
}
