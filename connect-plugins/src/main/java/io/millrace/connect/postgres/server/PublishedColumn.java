package io.millrace.connect.postgres.server;

/**
 * A column as logical replication announces it; what it lacks, {@link Catalog#published} finds.
 *
 * @param name its name
 * @param typeOid OID of its type; a domain's is its own
 * @param modifier length, precision and scale, -1 for none
 * @param identity whether it belongs to the replica identity
 */
public record PublishedColumn(String name, int typeOid, int modifier, boolean identity) {
  /** The type's OID as the number it is: {@link #typeOid} without its sign. */
  long oid() {
    return Integer.toUnsignedLong(typeOid);
  }
}
