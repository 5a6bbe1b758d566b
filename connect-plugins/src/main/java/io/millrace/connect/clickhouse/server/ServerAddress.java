package io.millrace.connect.clickhouse.server;

import io.millrace.core.options.Secret;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a server is and how it is to be spoken to.
 *
 * @param endpoints HTTP(S) URLs that answer alike, at least one
 * @param user whom to log in as
 * @param password the user's, if there is one
 * @param transfer how answers come
 * @param settings the server's settings for each query
 */
public record ServerAddress(
    List<URI> endpoints,
    String user,
    Optional<Secret> password,
    Transfer transfer,
    Map<String, String> settings) {
  public ServerAddress {
    endpoints = List.copyOf(endpoints);
    settings = Map.copyOf(settings);
  }

  /** How answers come. */
  public record Transfer(Format format, Compression compression) {}

  /** How the rows of an answer are written. */
  public enum Format {
    /** ClickHouse's own blocks of columns. */
    NATIVE,
    /** Arrow's stream of record batches, which the server makes. */
    ARROW
  }

  /** How the bytes of an answer are packed. */
  public enum Compression {
    /** In the server's own LZ4 frames, with checksums. */
    LZ4,
    /** As they are. */
    NONE
  }

  /** The endpoint whose turn it is; those of one number after the other are all tried. */
  URI endpoint(int turn) {
    return endpoints.get(Math.floorMod(turn, endpoints.size()));
  }
}
