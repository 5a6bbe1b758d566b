package io.millrace.connect.postgres.server;

import java.util.List;
import org.postgresql.core.Oid;

/**
 * A type as the catalog describes it, down to the base types. A domain counts as the type beneath
 * it and keeps its own name.
 */
public sealed interface PostgresType {
  /** The name as the server writes it, e.g. {@code numeric(12,2)}. */
  String name();

  /** Its OID; a domain's is that of the type beneath. */
  int oid();

  /** The same type by another name, such as a domain's. */
  PostgresType named(String name);

  /**
   * A type that is known by its OID, or not at all.
   *
   * @param modifier length, precision and scale, -1 for none
   */
  record Scalar(String name, int oid, int modifier) implements PostgresType {
    @Override
    public Scalar named(String other) {
      return new Scalar(other, oid, modifier);
    }
  }

  /**
   * money, a whole number of the currency's smallest unit.
   *
   * @param fractionDigits how many of its digits lie behind the point, by the database's {@code
   *     lc_monetary}
   */
  record Money(String name, int fractionDigits) implements PostgresType {
    @Override
    public int oid() {
      return Oid.MONEY;
    }

    @Override
    public Money named(String other) {
      return new Money(other, fractionDigits);
    }
  }

  /** An enum. */
  record Enumeration(String name, int oid) implements PostgresType {
    @Override
    public Enumeration named(String other) {
      return new Enumeration(other, oid);
    }
  }

  /**
   * A base type of an extension; its OID differs from database to database.
   *
   * @param modifier -1 for none
   * @param extension e.g. {@code postgis}
   * @param schema where the extension's type and functions lie
   * @param type the type's own name, e.g. {@code geometry}
   */
  record Extension(String name, int oid, int modifier, String extension, String schema, String type)
      implements PostgresType {
    @Override
    public Extension named(String other) {
      return new Extension(other, oid, modifier, extension, schema, type);
    }
  }

  /**
   * An array.
   *
   * @param depth how many dimensions were declared, at least 1; the server does not hold anyone to
   *     it
   */
  record Array(String name, int oid, PostgresType element, int depth) implements PostgresType {
    @Override
    public Array named(String other) {
      return new Array(other, oid, element, depth);
    }
  }

  /** A row type; its attributes in order, dropped ones left out. */
  record Composite(String name, int oid, List<Attribute> attributes) implements PostgresType {
    public Composite {
      attributes = List.copyOf(attributes);
    }

    @Override
    public Composite named(String other) {
      return new Composite(other, oid, attributes);
    }
  }

  /** One attribute of a row type. */
  record Attribute(String name, PostgresType type) {}

  /** A range. */
  record Range(String name, int oid, PostgresType subtype) implements PostgresType {
    @Override
    public Range named(String other) {
      return new Range(other, oid, subtype);
    }
  }

  /** A multirange, and the range it has many of. */
  record Multirange(String name, int oid, PostgresType range) implements PostgresType {
    @Override
    public Multirange named(String other) {
      return new Multirange(other, oid, range);
    }
  }
}
