package io.millrace.connect.postgres.changes;

import io.millrace.connect.change.StreamChain;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.Relation;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.postgres.slot.Publication;
import io.millrace.connect.postgres.wal.ChangeReader;
import io.millrace.connect.postgres.wal.ChangeSchema;
import io.millrace.connect.postgres.wal.ChangedTable;
import io.millrace.connect.postgres.wal.WalRelation;
import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams of all tables that are read: those of the start, and those that join later. */
final class TableStreams implements ChangeReader.Tables {
  private static final Logger LOG = LoggerFactory.getLogger(TableStreams.class);

  private final PostgresOptions options;
  private final String pipeline;
  private final Checkpoint from;
  private final long point;
  private final Connection connection;
  private final Catalog catalog;
  private final Map<Integer, TableStream> byRelation = new HashMap<>();
  private final Map<String, TableStream> byName = new LinkedHashMap<>();
  private final Set<String> gone;

  /**
   * The streams as the catalog has them now, going on from a checkpoint.
   *
   * @param point what was committed before is left out of streams that have not begun
   * @param connection a session to ask the catalog, also later
   * @throws MillraceException if a table cannot be read, is not published, has another key than it
   *     had, or was left out in between
   */
  TableStreams(
      PostgresOptions options, String pipeline, Checkpoint from, long point, Connection connection)
      throws SQLException {
    this.options = options;
    this.pipeline = pipeline;
    this.from = from;
    this.point = point;
    this.connection = connection;
    this.catalog = new Catalog(connection);
    this.gone = new TreeSet<>(from.gone());
    var publication = new Publication(connection, options.changes().publicationOf(pipeline));
    for (Map.Entry<String, TableName> each : selected(options, catalog).entrySet()) {
      TableName name = each.getValue();
      boolean wanted = options.selection().names(name) || from.streams().containsKey(each.getKey());
      if (!wanted && !publication.has(name)) {
        LOG.warn("{} fits a pattern, and is not in the publication: it is left out", name);
        continue;
      }
      WalRelation relation = publication.announced(name);
      ChangedTable table = describe(relation);
      add(each.getKey(), table);
    }
    for (String stored : from.streams().keySet()) {
      if (!byName.containsKey(stored)) {
        LOG.warn("Stream {} is no longer read: its changes from now on are lost to it", stored);
        gone.add(stored);
      }
    }
  }

  /** The tables that are to be read, by the names of their streams. */
  static Map<String, TableName> selected(PostgresOptions options, Catalog catalog)
      throws SQLException {
    var tables = new LinkedHashMap<String, TableName>();
    for (Relation relation : options.selection().resolve(catalog)) {
      if (relation instanceof Relation.Named named) {
        tables.put(named.stream(), named.name());
      }
    }
    return tables;
  }

  /** The tables among these that are named by themselves: they have to be published. */
  static List<TableName> named(PostgresOptions options, Collection<TableName> tables) {
    return tables.stream().filter(options.selection()::names).toList();
  }

  Collection<TableStream> all() {
    return byName.values();
  }

  /** The stream of a table as it was announced. */
  TableStream of(ChangedTable table) {
    return byRelation.get(table.relation().oid());
  }

  /** How far the records of each stream have come. */
  Map<String, StreamChain> chains() {
    return byName.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().chains().chain()));
  }

  Set<String> gone() {
    return gone;
  }

  @Override
  public Optional<ChangedTable> find(WalRelation relation) {
    try {
      TableStream known = byRelation.get(relation.oid());
      if (known != null) {
        ChangedTable table = describe(relation);
        known.requireKey(table);
        known.chains().take(ChangeSchema.of(table, options.onUnrepresentable()));
        return Optional.of(table.since(known.since()));
      }
      Optional<String> stream = streamOf(relation.name());
      if (stream.isEmpty()) {
        return Optional.empty();
      }
      ChangedTable table = describe(relation);
      TableStream joined = add(stream.get(), table);
      LOG.info("Table {} joins as stream {}", relation.name(), stream.get());
      return Optional.of(table.since(joined.since()));
    } catch (SQLException e) {
      throw options.server().explain(e);
    }
  }

  /** A table that was not there at the start may fit a pattern, or have taken another's name. */
  private Optional<String> streamOf(TableName table) throws SQLException {
    return selected(options, catalog).entrySet().stream()
        .filter(each -> each.getValue().equals(table))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private ChangedTable describe(WalRelation relation) throws SQLException {
    long oid = Integer.toUnsignedLong(relation.oid());
    return ChangedTable.of(
        relation, catalog.published(oid, relation.columns()), catalog.primaryKey(oid));
  }

  private TableStream add(String name, ChangedTable table) {
    TableStream other = byName.get(name);
    if (other != null && !other.table().equals(table.name())) {
      throw MillraceException.configuration(
          "tables",
          "Cannot read both %s and %s: each would be the stream \"%s\"; exclude one of them"
              .formatted(other.table(), table.name(), name));
    }
    if (gone.contains(name)) {
      throw MillraceException.configuration(
          "tables",
          "Cannot read %s again: it was left out for a while, and its changes in between are not in the log's topics. Exclude it, or begin anew: millrace drop FILE --slot"
              .formatted(table.name()));
    }
    TableStream stream = other == null ? make(name, table) : other;
    stream.requireKey(table);
    stream.chains().take(ChangeSchema.of(table, options.onUnrepresentable()));
    byName.put(name, stream);
    byRelation.put(table.relation().oid(), stream);
    return stream;
  }

  private TableStream make(String name, ChangedTable table) {
    int buckets = table.key().isEmpty() ? 1 : from.generation().buckets();
    StreamChain chain = from.streams().getOrDefault(name, StreamChain.start(table.key(), buckets));
    return new TableStream(
        new StreamId(pipeline, name),
        table.name(),
        from.generation(),
        chain,
        chain.isStart() ? point : 0);
  }

  /** Breaks the session that asks the catalog. */
  void close() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("A session was gone already", e);
    }
  }
}
