/**
 * Apache Kafka, Kafka Connect and Postgres as a library: the same servers users run, started by the
 * quickstart and by every test on free ports of 127.0.0.1. What enters is a folder, which keeps the
 * data and the port between starts; what leaves is an address.
 *
 * <p>The one rule: whoever starts a server closes it. Nothing here registers a shutdown hook
 * (except the {@code main} methods, for child JVMs), because only the owner knows the order in
 * which servers and their clients must stop.
 */
package io.millrace.embedded;
