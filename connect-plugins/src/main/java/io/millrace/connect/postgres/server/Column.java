package io.millrace.connect.postgres.server;

/**
 * A live column of a table, a view or a query.
 *
 * @param name its name
 * @param type its type
 * @param nullable whether the catalog allows NULL
 */
public record Column(String name, PostgresType type, boolean nullable) {
  /** A column of a base type. */
  public Column(String name, String typeName, int typeOid, int modifier, boolean nullable) {
    this(name, new PostgresType.Scalar(typeName, typeOid, modifier), nullable);
  }

  /** Its type as the server writes it, e.g. {@code numeric(12,2)}, or the domain's name. */
  public String typeName() {
    return type.name();
  }

  /** OID of its type; a domain counts as the type beneath it. */
  public int typeOid() {
    return type.oid();
  }
}
