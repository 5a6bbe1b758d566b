package io.millrace.connect.postgres.server;

/**
 * A live column of a table.
 *
 * @param name its name
 * @param typeName its type as the server writes it, e.g. {@code numeric(12,2)}
 * @param typeOid OID of its type; a domain counts as the type beneath it
 * @param modifier that type's modifier (length, precision and scale), -1 for none
 * @param nullable whether the catalog allows NULL
 */
public record Column(String name, String typeName, int typeOid, int modifier, boolean nullable) {}
