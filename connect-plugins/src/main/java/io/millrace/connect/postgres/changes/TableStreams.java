package io.millrace.connect.postgres.changes;

import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.PostgresOptions.Mode;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.connect.postgres.slot.Publication;
import io.millrace.connect.postgres.wal.ChangeReader;
import io.millrace.connect.postgres.wal.ChangeSchema;
import io.millrace.connect.postgres.wal.ChangedTable;
import io.millrace.connect.postgres.wal.WalRelation;
import io.millrace.connect.selection.Relation;
import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.change.Position;
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
  private final Publication publication;
  private final Map<Integer, TableStream> byRelation = new HashMap<>();
  private final Map<TableName, TableStream> byTable = new HashMap<>();
  private final Map<String, TableStream> byName = new LinkedHashMap<>();
  private final Set<String> gone;
  private Position place;

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
    this.place = Lsn.before(from.lsn());
    this.publication = new Publication(connection, options.changes().publicationOf(pipeline));
    for (Map.Entry<String, TableName> each : selected(options, catalog).entrySet()) {
      TableName name = each.getValue();
      boolean wanted = options.selection().names(name) || from.streams().containsKey(each.getKey());
      if (!wanted && !publication.has(name)) {
        LOG.warn("{} fits a pattern, and is not in the publication: it is left out", name);
        continue;
      }
      WalRelation relation = publication.announced(name);
      ChangedTable table = describe(relation, null);
      TableStream stream = add(each.getKey(), table);
      if (!from.streams().isEmpty() && !from.streams().containsKey(each.getKey())) {
        join(stream);
      }
      takeMembership(stream);
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
    for (Relation<TableName> relation : options.selection().resolve(catalog::tables)) {
      if (relation instanceof Relation.Named<TableName> named) {
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
    return byTable.get(table.name());
  }

  /** How far the records of each stream have come. */
  Map<String, TableChain> chains() {
    return byName.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().chain()));
  }

  Set<String> gone() {
    return gone;
  }

  @Override
  public Optional<ChangedTable> find(WalRelation relation) {
    try {
      TableStream known = byRelation.get(relation.oid());
      if (known != null && known.table().equals(relation.name())) {
        ChangedTable table = describe(relation, known);
        known.requireKey(table);
        known.chains().take(ChangeSchema.of(table, options.onUnrepresentable()));
        takeMembership(known);
        return Optional.of(table.since(known.since()));
      }
      if (known != null) {
        LOG.warn(
            "{} is called {} now: its changes are no longer those of stream {}",
            known.table(),
            relation.name(),
            known.chains().id().name());
        byRelation.remove(relation.oid());
      }
      Optional<String> stream = streamOf(relation.name());
      if (stream.isEmpty()) {
        return Optional.empty();
      }
      ChangedTable table = describe(relation, byName.get(stream.get()));
      TableStream joined = add(stream.get(), table);
      join(joined);
      takeMembership(joined);
      return Optional.of(table.since(joined.since()));
    } catch (SQLException e) {
      throw options.server().explain(e);
    }
  }

  /** A transaction begins, whose commit lies there. */
  void begin(long commitLsn) {
    place = new Position(commitLsn, 0);
  }

  /** What is there of a table that joins is read too, where tables are. */
  private void join(TableStream stream) {
    LOG.info("Table {} joins as stream {}", stream.table(), stream.chains().id().name());
    if (options.mode() == Mode.CDC) {
      stream.askForResnapshot(place);
    }
  }

  /**
   * A table that was taken out of the publication and put back is announced anew, and the server
   * sends nothing of what was changed in between. Of one that was dropped and made again it does
   * not say that the rows are gone.
   */
  private void takeMembership(TableStream stream) throws SQLException {
    Optional<Long> row = publication.membership(stream.table());
    if (row.isEmpty() || !stream.isPublishedAnew(row.get())) {
      return;
    }
    boolean isMadeAgain = row.get() < 0;
    if (isMadeAgain && options.mode() != Mode.CDC) {
      LOG.warn("{} was dropped and made again: nothing says so in its changes", stream.table());
      return;
    }
    if (options.mode() != Mode.CDC) {
      throw MillraceException.lasting(
          MillraceException.Category.SOURCE,
          "Cannot go on with %s: it was taken out of the publication and put back, and its changes in between were never sent. Exclude it, or begin anew: millrace drop FILE --slot"
              .formatted(stream.table()));
    }
    LOG.warn(
        "{} was {}: it is read again",
        stream.table(),
        isMadeAgain
            ? "dropped and made again"
            : "taken out of the publication and put back, or dropped and made again");
    stream.askForResnapshot(place);
  }

  /** The transaction that has begun asks to read a stream's table again. */
  void askForResnapshot(String stream) {
    try {
      TableStream known = byName.get(stream);
      if (known == null) {
        known = published(stream).orElse(null);
      }
      if (known == null) {
        LOG.warn("Cannot read stream {} again: its changes are not read", stream);
      } else {
        LOG.info("Table {} is to be read again, as asked at {}", known.table(), place);
        known.askForResnapshot(place);
      }
    } catch (SQLException e) {
      throw options.server().explain(e);
    }
  }

  /** A table that has joined the publication, and had no change since. */
  private Optional<TableStream> published(String stream) throws SQLException {
    TableName name = selected(options, catalog).get(stream);
    return name != null && publication.has(name)
        ? Optional.of(add(stream, describe(publication.announced(name), null)))
        : Optional.empty();
  }

  /** A table that was not there at the start may fit a pattern, or have taken another's name. */
  private Optional<String> streamOf(TableName table) throws SQLException {
    return selected(options, catalog).entrySet().stream()
        .filter(each -> each.getValue().equals(table))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** A table that is gone had its stream's key, if nothing says another. */
  private ChangedTable describe(WalRelation relation, TableStream knownOrNull) throws SQLException {
    long oid = Integer.toUnsignedLong(relation.oid());
    List<String> key =
        knownOrNull == null || catalog.hasTable(oid)
            ? catalog.primaryKey(oid)
            : knownOrNull.chains().generation().key();
    return ChangedTable.of(relation, catalog.published(oid, relation.columns()), key);
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
    byTable.put(table.name(), stream);
    byRelation.put(table.relation().oid(), stream);
    return stream;
  }

  private TableStream make(String name, ChangedTable table) {
    int buckets = table.key().isEmpty() ? 1 : from.generation().buckets();
    TableChain chain = from.streams().getOrDefault(name, TableChain.start(table.key(), buckets));
    return new TableStream(
        new StreamId(pipeline, name),
        table.name(),
        from.generation(),
        chain,
        chain.records().isStart() ? point : 0);
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
