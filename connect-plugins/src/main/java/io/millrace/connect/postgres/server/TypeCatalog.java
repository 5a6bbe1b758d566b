package io.millrace.connect.postgres.server;

import io.millrace.core.MillraceException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.postgresql.core.Oid;

/**
 * Reads types from the catalog, all that a table needs in two or three queries, however they nest.
 */
final class TypeCatalog {
  private static final int MULTIRANGES_SINCE = 14;

  /** All types that the given ones consist of. Multiranges are left out before version 14. */
  private static final String TYPES =
      """
      WITH RECURSIVE reached(oid) AS (
        SELECT pg_catalog.unnest(?::oid[])
        UNION
        SELECT beneath.oid
        FROM reached JOIN pg_catalog.pg_type t ON t.oid = reached.oid
        CROSS JOIN LATERAL (
          SELECT t.typbasetype WHERE t.typtype = 'd'
          UNION ALL
          SELECT e.oid FROM pg_catalog.pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid
          UNION ALL
          SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid
          UNION ALL
          SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE %1$s = t.oid
          UNION ALL
          SELECT a.atttypid FROM pg_catalog.pg_attribute a
          WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0
            AND NOT a.attisdropped) AS beneath(oid))
      SELECT t.oid, t.typtype, t.typname, n.nspname, coalesce(x.extname, ''),
             pg_catalog.format_type(t.oid, NULL),
             t.typbasetype, t.typtypmod, t.typndims,
             pg_catalog.format_type(nullif(t.typbasetype, 0), t.typtypmod),
             coalesce(e.oid, r.rngsubtype, m.rngtypid, 0), e.oid IS NOT NULL
      FROM reached
      JOIN pg_catalog.pg_type t ON t.oid = reached.oid
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_catalog.pg_type e
        ON e.oid = t.typelem AND e.typarray = t.oid AND t.typtype <> 'd'
      LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
      LEFT JOIN pg_catalog.pg_range m ON %2$s = t.oid
      LEFT JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.objsubid = 0
           AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
      LEFT JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid
      """;

  private static final String ATTRIBUTES =
      """
      SELECT t.oid, a.attname, a.atttypid, a.atttypmod, a.attndims,
             pg_catalog.format_type(a.atttypid, a.atttypmod)
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid
      WHERE t.oid = ANY (?::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY t.oid, a.attnum
      """;

  /** A type where it is used: by a column, an attribute or a domain. */
  record Use(long oid, int modifier, int dimensions, String name) {}

  private record Entry(
      long oid,
      char kind,
      String ownName,
      String schema,
      String extension,
      String name,
      Use beneath,
      long part,
      boolean array) {}

  private record NamedUse(String name, Use use) {}

  private final Session session;
  private final Map<Long, Entry> entries = new HashMap<>();
  private final Map<Long, List<NamedUse>> attributes = new HashMap<>();
  private OptionalInt moneyDigits = OptionalInt.empty();

  private TypeCatalog(Session session) {
    this.session = session;
  }

  /** The types of these uses, in their order. */
  static List<PostgresType> resolve(Session session, List<Use> uses) throws SQLException {
    var catalog = new TypeCatalog(session);
    catalog.load(uses);
    var types = new ArrayList<PostgresType>();
    for (Use use : uses) {
      types.add(catalog.type(use));
    }
    return types;
  }

  private void load(List<Use> uses) throws SQLException {
    boolean multiranges = session.version() >= MULTIRANGES_SINCE;
    String sql =
        TYPES.formatted(
            multiranges ? "r.rngmultitypid" : "0::oid", multiranges ? "m.rngmultitypid" : "0::oid");
    String oids =
        uses.stream()
            .map(use -> Long.toString(use.oid))
            .distinct()
            .collect(Collectors.joining(",", "{", "}"));
    for (Entry entry :
        session.list(
            sql,
            row ->
                new Entry(
                    row.getLong(1),
                    row.getString(2).charAt(0),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    new Use(row.getLong(7), row.getInt(8), row.getInt(9), row.getString(10)),
                    row.getLong(11),
                    row.getBoolean(12)),
            oids)) {
      entries.put(entry.oid, entry);
    }
    if (entries.values().stream().anyMatch(e -> e.kind == 'c')) {
      loadAttributes();
    }
    if (entries.containsKey((long) Oid.MONEY)) {
      moneyDigits =
          OptionalInt.of(
              session.one(
                  "SELECT pg_catalog.scale('1'::pg_catalog.money::pg_catalog.numeric)",
                  row -> row.getInt(1)));
    }
  }

  private void loadAttributes() throws SQLException {
    String oids =
        entries.values().stream()
            .filter(e -> e.kind == 'c')
            .map(e -> Long.toString(e.oid))
            .collect(Collectors.joining(",", "{", "}"));
    session.list(
        ATTRIBUTES,
        row ->
            attributes
                .computeIfAbsent(row.getLong(1), oid -> new ArrayList<>())
                .add(
                    new NamedUse(
                        row.getString(2),
                        new Use(row.getLong(3), row.getInt(4), row.getInt(5), row.getString(6)))),
        oids);
  }

  private PostgresType type(Use use) {
    Entry entry = entries.get(use.oid);
    if (entry == null) {
      throw MillraceException.data(
          "The catalog has no type of OID %d (%s): was it dropped just now?"
              .formatted(use.oid, use.name));
    }
    int oid = (int) entry.oid;
    if (entry.array) {
      return new PostgresType.Array(
          use.name, oid, element(entry, use), Math.max(1, use.dimensions));
    }
    return switch (entry.kind) {
      case 'd' -> type(beneath(entry, use)).named(use.name);
      case 'e' -> new PostgresType.Enumeration(use.name, oid);
      case 'r' -> new PostgresType.Range(use.name, oid, part(entry));
      case 'm' -> new PostgresType.Multirange(use.name, oid, part(entry));
      case 'c' -> composite(entry, use.name);
      default -> base(entry, use);
    };
  }

  /** A column of a domain over an array has no dimensions of its own. */
  private static Use beneath(Entry domain, Use use) {
    Use base = domain.beneath;
    return new Use(base.oid, base.modifier, Math.max(base.dimensions, use.dimensions), base.name);
  }

  /** The modifier is the element's, and so the name without the brackets. */
  private PostgresType element(Entry array, Use use) {
    String name =
        use.name.endsWith("[]")
            ? use.name.substring(0, use.name.length() - 2)
            : entries.get(array.part).name;
    return type(new Use(array.part, use.modifier, 0, name));
  }

  private PostgresType part(Entry whole) {
    return type(new Use(whole.part, -1, 0, entries.get(whole.part).name));
  }

  private PostgresType composite(Entry entry, String name) {
    List<PostgresType.Attribute> found =
        attributes.getOrDefault(entry.oid, List.of()).stream()
            .map(a -> new PostgresType.Attribute(a.name, type(a.use)))
            .toList();
    return new PostgresType.Composite(name, (int) entry.oid, found);
  }

  private PostgresType base(Entry entry, Use use) {
    if (moneyDigits.isPresent() && entry.oid == Oid.MONEY) {
      return new PostgresType.Money(use.name, moneyDigits.getAsInt());
    }
    return entry.extension.isEmpty()
        ? new PostgresType.Scalar(use.name, (int) entry.oid, use.modifier)
        : new PostgresType.Extension(
            use.name, (int) entry.oid, use.modifier, entry.extension, entry.schema, entry.ownName);
  }
}
