package io.millrace.connect.clickhouse;

import io.millrace.connect.TablePatterns;
import io.millrace.connect.clickhouse.server.Catalog;
import io.millrace.connect.clickhouse.server.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What of a server is read. */
public sealed interface Selection {
  /** Names the relations, each with a stream of its own; asks the server where it must. */
  List<Relation> resolve(Catalog catalog);

  /** One relation, named in the options. */
  record One(Relation relation) implements Selection {
    @Override
    public List<Relation> resolve(Catalog catalog) {
      return List.of(relation);
    }
  }

  /** All tables that fit. */
  record Several(TablePatterns patterns) implements Selection {
    public Several {
      patterns.include().forEach(name -> TableName.parse("tables", name));
      patterns.exclude().forEach(name -> TableName.parse("exclude", name));
    }

    @Override
    public List<Relation> resolve(Catalog catalog) {
      Set<TableName> chosen =
          patterns.choose(catalog.tables(), name -> TableName.parse("tables", name));
      var relations = new ArrayList<Relation>();
      TablePatterns.streams(chosen, TableName::database, TableName::name)
          .forEach((stream, table) -> relations.add(new Relation.Named(stream, table)));
      return List.copyOf(relations);
    }
  }
}
