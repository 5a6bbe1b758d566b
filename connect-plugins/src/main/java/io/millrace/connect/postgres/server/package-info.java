/**
 * What is asked of a Postgres server besides its rows: sessions, the catalog, and what its errors
 * mean.
 *
 * <p>{@link io.millrace.connect.postgres.server.PostgresServer} gives sessions whose settings make
 * every text the server renders the same everywhere; {@link
 * io.millrace.connect.postgres.server.Catalog} describes a table and checks the right to read it.
 * Rule: no message holds a URL's parameters or a password.
 */
package io.millrace.connect.postgres.server;
