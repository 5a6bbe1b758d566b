package io.millrace.sinks.clickhouse.server;

import io.millrace.core.options.Secret;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a server is and how it is to be spoken to.
 *
 * @param endpoint its HTTP(S) URL
 * @param user whom to log in as
 * @param password the user's, if there is one
 * @param settings the server's settings for each statement
 */
public record ServerAddress(
    URI endpoint, String user, Optional<Secret> password, Map<String, String> settings) {
  /** Settings that the sink decides itself: these would change what an answer means. */
  public static final Set<String> OURS =
      Set.of(
          "alter_sync",
          "async_insert",
          "database",
          "default_format",
          "insert_deduplicate",
          "insert_deduplication_token",
          "mutations_sync",
          "password",
          "query",
          "query_id",
          "readonly",
          "session_id",
          "user",
          "wait_end_of_query");

  public ServerAddress {
    settings = Map.copyOf(settings);
  }
}
