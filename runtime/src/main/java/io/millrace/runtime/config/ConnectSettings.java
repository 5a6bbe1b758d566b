package io.millrace.runtime.config;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Option;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The Kafka Connect cluster.
 *
 * @param url its REST API; empty means a worker in this process
 * @param plugins where that worker finds plugins besides ours
 */
public record ConnectSettings(
    @Option(
            value =
                "The REST API of the Kafka Connect cluster that runs the source's connector."
                    + " Left out: a worker in this process.",
            example = "http://connect:8083")
        Optional<String> url,
    @Option(
            value =
                "Folders with more plugins for the worker in this process, each plugin in a folder"
                    + " of its own within.",
            example = "[/opt/connect-plugins]")
        List<String> plugins) {

  public ConnectSettings {
    url.ifPresent(ConnectSettings::requireHttp);
    plugins = List.copyOf(plugins);
  }

  /** The cluster at this address. */
  public ConnectSettings at(String address) {
    return new ConnectSettings(Optional.of(address), plugins);
  }

  private static void requireHttp(String url) {
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // the same answer as for any other text that is no address
    }
    throw MillraceException.configuration(
        "url",
        "Cannot use \"%s\" as an address: expected one such as http://connect:8083".formatted(url));
  }
}
