package io.millrace.connect.postgres;

import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.core.MillraceException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
      Set<TableName> chosen = new LinkedHashSet<>();
      for (String each : include) {
        if (isPattern(each)) {
          Pattern pattern = pattern(each);
          List<TableName> found = known.stream().filter(name -> fits(pattern, name)).toList();
          if (found.isEmpty()) {
            throw MillraceException.configuration(
                "tables", "No table fits \"%s\": write it as schema.table".formatted(each));
          }
          chosen.addAll(found);
        } else {
          chosen.add(TableName.parse("tables", each));
        }
      }
      for (String each : exclude) {
        Pattern pattern = pattern(each);
        chosen.removeIf(name -> fits(pattern, name));
      }
      if (chosen.isEmpty()) {
        throw MillraceException.configuration(
            "exclude", "Nothing is left to read: exclude fits all that tables does");
      }
      return named(List.copyOf(chosen));
    }

    private static boolean isPattern(String text) {
      return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    private static Pattern pattern(String glob) {
      String regex =
          glob.chars()
              .mapToObj(
                  c ->
                      switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(Character.toString(c));
                      })
              .collect(Collectors.joining());
      return Pattern.compile(regex, Pattern.DOTALL);
    }

    private static boolean fits(Pattern pattern, TableName name) {
      return pattern.matcher(name.toString()).matches();
    }

    /** Tables whose names make the same stream's name get their schema's in front. */
    private static List<Relation> named(List<TableName> tables) {
      Map<String, Long> plain = count(tables, table -> safe(table.name()));
      Map<String, TableName> taken = new HashMap<>();
      var relations = new ArrayList<Relation>();
      for (TableName table : tables) {
        String name = safe(table.name());
        if (plain.get(name) > 1) {
          name = safe(table.schema()) + "_" + name;
        }
        TableName other = taken.put(name, table);
        if (other != null) {
          throw MillraceException.configuration(
              "tables",
              "Cannot read both %s and %s: each would be the stream \"%s\"; exclude one of them"
                  .formatted(other, table, name));
        }
        relations.add(new Relation.Named(name, table));
      }
      return List.copyOf(relations);
    }

    private static Map<String, Long> count(
        List<TableName> tables, Function<TableName, String> name) {
      return tables.stream().collect(Collectors.groupingBy(name, Collectors.counting()));
    }

    private static String safe(String name) {
      return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "_");
    }
  }
}
