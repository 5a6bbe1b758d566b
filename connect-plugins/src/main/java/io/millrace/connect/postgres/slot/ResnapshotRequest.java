package io.millrace.connect.postgres.slot;

import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.PostgresOptions.Mode;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.selection.Relation;
import io.millrace.core.MillraceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** An operator's wish to have a table read again while its changes go on. */
public final class ResnapshotRequest {
  private final PostgresOptions options;
  private final String pipeline;

  /** Wishes to the connector of a pipeline with these options. */
  public ResnapshotRequest(PostgresOptions options, String pipeline) {
    this.options = options;
    this.pipeline = pipeline;
  }

  /**
   * Asks for a table.
   *
   * @param table its name, or that of its stream
   * @return the table's name
   * @throws MillraceException (CONFIGURATION) if no snapshots are taken, or this table is none of
   *     the pipeline's; (SOURCE) if nobody reads the slot now: a passing error, since the session
   *     changes when the connector's tasks are started again
   */
  public String send(String table) {
    requireSnapshots();
    PostgresServer server = options.server();
    try (Connection connection = server.connect(pipeline + " resnapshot")) {
      Relation.Named<TableName> found = find(table, new Catalog(connection));
      String slot = options.changes().slotOf(pipeline);
      requireRead(slot, new ReplicationSlot(connection, slot).state());
      var publication = new Publication(connection, options.changes().publicationOf(pipeline));
      publication.require(List.of(found.name()));
      new ResnapshotSignal(slot).send(connection, found.stream());
      return found.name().toString();
    } catch (SQLException e) {
      throw server.explain(e);
    }
  }

  private void requireSnapshots() {
    if (options.mode() == Mode.CDC) {
      return;
    }
    throw MillraceException.configuration(
        "mode",
        options.mode() == Mode.CHANGES
            ? "Cannot read a table again with mode changes: it takes no snapshots, mode cdc does"
            : "Cannot read a table again beside its changes: none are read; with mode snapshot run"
                + " again, or millrace deploy FILE --read-again");
  }

  private Relation.Named<TableName> find(String table, Catalog catalog) throws SQLException {
    var tables = new ArrayList<Relation.Named<TableName>>();
    for (Relation<TableName> relation : options.selection().resolve(catalog::tables)) {
      if (relation instanceof Relation.Named<TableName> named) {
        tables.add(named);
      }
    }
    return tables.stream()
        .filter(each -> each.toString().equals(table) || each.stream().equals(table))
        .findFirst()
        .orElseThrow(
            () ->
                MillraceException.configuration(
                    "Cannot read \"%s\" again: the pipeline reads %s"
                        .formatted(
                            table,
                            tables.stream()
                                .map(Relation.Named::toString)
                                .collect(Collectors.joining(", ")))));
  }

  private static void requireRead(String slot, Optional<SlotState> state) {
    if (state.isEmpty()) {
      throw MillraceException.lasting(
          MillraceException.Category.SOURCE,
          "Cannot read a table again: there is no replication slot \"%s\" yet; start the connector first (millrace run or deploy)"
              .formatted(slot));
    }
    if (state.get().activePid() == 0) {
      throw MillraceException.passing(
          MillraceException.Category.SOURCE,
          "Cannot read a table again: nobody reads replication slot \"%s\"; start its connector first (millrace run or deploy)"
              .formatted(slot),
          null);
    }
  }
}
