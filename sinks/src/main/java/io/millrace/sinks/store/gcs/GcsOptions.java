package io.millrace.sinks.store.gcs;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Option;
import java.util.Optional;

/** The options {@code gcs} of whatever writes to {@code gs://}. */
public record GcsOptions(
    @Option(
            value =
                "The store's address, for others than Google's own. Without a credentials file it"
                    + " is asked without credentials.",
            example = "https://storage.example.com")
        Optional<String> endpoint,
    @Option(
            value = "The Google Cloud project. Left out, it is that of the surroundings.",
            example = "my-project")
        Optional<String> project,
    @Option(
            value =
                "A file with a key, as Google makes them. Left out, credentials are found as"
                    + " Google's tools find them: in the environment, the user's login or the"
                    + " machine.",
            example = "/run/secrets/gcs.json")
        Optional<String> credentialsFile) {
  public GcsOptions {
    endpoint.ifPresent(GcsOptions::requireUrl);
  }

  private static void requireUrl(String endpoint) {
    if (!endpoint.matches("https?://[\\w.\\[\\]:-]+/?")) {
      throw MillraceException.configuration(
          "endpoint",
          "Cannot use \"%s\": expected a URL such as https://storage.example.com"
              .formatted(endpoint.replaceAll("//.*@", "//***@")));
    }
  }

  /** Google's own, with what the surroundings say. */
  public static GcsOptions none() {
    return new GcsOptions(Optional.empty(), Optional.empty(), Optional.empty());
  }
}
