package io.millrace.connect.selection;

import io.millrace.core.MillraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of a source is read.
 *
 * @param <N> how the source names tables
 */
public sealed interface Selection<N> {
  /** Names the relations, each with a stream of its own; asks what tables there are if it must. */
  <X extends Exception> List<Relation<N>> resolve(KnownTables<N, X> known) throws X;

  /** Whether a table is named by itself, not only by a pattern that it fits. */
  boolean names(N table);

  /** All tables there are. */
  @FunctionalInterface
  interface KnownTables<N, X extends Exception> {
    /** Their names. */
    List<N> tables() throws X;
  }

  /** One relation, named in the options. */
  record One<N>(Relation<N> relation) implements Selection<N> {
    @Override
    public <X extends Exception> List<Relation<N>> resolve(KnownTables<N, X> known) {
      return List.of(relation);
    }

    @Override
    public boolean names(N table) {
      return relation instanceof Relation.Named<N> named && named.name().equals(table);
    }
  }

  /** All tables that fit. */
  record Several<N>(TablePatterns patterns, TableNaming<N> naming) implements Selection<N> {
    public Several {
      patterns.include().forEach(name -> naming.parse("tables", name));
      patterns.exclude().forEach(name -> naming.parse("exclude", name));
    }

    @Override
    public <X extends Exception> List<Relation<N>> resolve(KnownTables<N, X> known) throws X {
      Set<N> chosen = patterns.choose(known.tables(), name -> naming.parse("tables", name));
      var relations = new ArrayList<Relation<N>>();
      TablePatterns.streams(chosen, naming.schema(), naming.table())
          .forEach((stream, table) -> relations.add(new Relation.Named<>(stream, table)));
      return List.copyOf(relations);
    }

    @Override
    public boolean names(N table) {
      return patterns.include().contains(table.toString());
    }
  }

  /**
   * What the options of these names select.
   *
   * @throws MillraceException (CONFIGURATION) if it is nothing, or not one thing
   */
  static <N> Selection<N> of(
      Optional<String> table,
      TablePatterns tables,
      Optional<String> query,
      Optional<String> stream,
      TableNaming<N> naming) {
    boolean several = !tables.include().isEmpty();
    if (table.isPresent() && !several && query.isEmpty()) {
      return new One<>(Relation.table(table.get(), stream, naming));
    }
    if (query.isPresent() && !several && table.isEmpty()) {
      return new One<>(Relation.query(query.get(), stream));
    }
    if (several && table.isEmpty() && query.isEmpty()) {
      if (stream.isPresent()) {
        throw MillraceException.configuration(
            "stream", "Cannot name one stream for several tables: leave it out, or name one table");
      }
      return new Several<>(tables, naming);
    }
    throw MillraceException.configuration(
        "table",
        table.isEmpty() && query.isEmpty()
            ? "Missing: what to read, one of table (such as %s), tables and query"
                .formatted(naming.example())
            : "Cannot read by several of table, tables and query: keep one of them");
  }
}
