package io.millrace.connect.postgres;

import io.millrace.connect.TablePatterns;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What of a database is read. */
public sealed interface Selection {
  /** Names the relations, each with a stream of its own; asks the catalog where it must. */
  List<Relation> resolve(Catalog catalog) throws SQLException;

  /** Whether a table is named by itself, not only by a pattern that it fits. */
  boolean names(TableName table);

  /** One relation, named in the options. */
  record One(Relation relation) implements Selection {
    @Override
    public List<Relation> resolve(Catalog catalog) {
      return List.of(relation);
    }

    @Override
    public boolean names(TableName table) {
      return relation instanceof Relation.Named named && named.name().equals(table);
    }
  }

  /**
   * All tables that fit.
   *
   * @param include names, or patterns with {@code *} and {@code ?}
   * @param exclude the same
   */
  record Several(List<String> include, List<String> exclude) implements Selection {
    public Several {
      include.forEach(name -> TableName.parse("tables", name));
      exclude.forEach(name -> TableName.parse("exclude", name));
    }

    @Override
    public List<Relation> resolve(Catalog catalog) throws SQLException {
      return among(catalog.tables());
    }

    @Override
    public boolean names(TableName table) {
      return include.contains(table.toString());
    }

    /** Names the relations, where these are all the tables there are. */
    List<Relation> among(List<TableName> known) {
      var patterns = new TablePatterns(include, exclude);
      Set<TableName> chosen = patterns.choose(known, name -> TableName.parse("tables", name));
      var relations = new ArrayList<Relation>();
      TablePatterns.streams(chosen, TableName::schema, TableName::name)
          .forEach((stream, table) -> relations.add(new Relation.Named(stream, table)));
      return List.copyOf(relations);
    }
  }
}
