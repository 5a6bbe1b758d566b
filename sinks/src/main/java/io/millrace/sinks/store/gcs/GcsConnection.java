package io.millrace.sinks.store.gcs;

import com.google.api.gax.retrying.RetrySettings;
import com.google.auth.Credentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.NoCredentials;
import com.google.cloud.http.HttpTransportOptions;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import com.google.cloud.storage.StorageRetryStrategy;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The client of a store, by HTTP and JSON. It makes failed requests again by itself, since each
 * call may be made twice: what it creates is named by us, and a creation that so meets its own
 * success is what {@link io.millrace.sinks.store.ObjectStore#claim} reads back for.
 */
final class GcsConnection {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final String NO_PROJECT = "none";

  private GcsConnection() {}

  static Storage open(GcsOptions options, GcsLimits limits) {
    var builder =
        StorageOptions.http()
            .setTransportOptions(
                HttpTransportOptions.newBuilder()
                    .setConnectTimeout((int) CONNECT.toMillis())
                    .setReadTimeout((int) limits.attempt().toMillis())
                    .build())
            .setStorageRetryStrategy(StorageRetryStrategy.getUniformStorageRetryStrategy())
            .setRetrySettings(
                RetrySettings.newBuilder()
                    .setMaxAttempts(limits.attempts())
                    .setInitialRetryDelayDuration(FIRST_PAUSE)
                    .setRetryDelayMultiplier(2)
                    .setMaxRetryDelayDuration(LONGEST_PAUSE)
                    .setTotalTimeoutDuration(limits.call())
                    .build());
    options.endpoint().ifPresent(builder::setHost);
    try {
      if (options.credentialsFile().isPresent()) {
        builder.setCredentials(credentials(Path.of(options.credentialsFile().get())));
      } else if (options.endpoint().isPresent()) {
        builder.setCredentials(NoCredentials.getInstance()).setProjectId(NO_PROJECT);
      } else {
        builder.setCredentials(GoogleCredentials.getApplicationDefault());
      }
      options.project().ifPresent(builder::setProjectId);
      return builder.build().getService();
    } catch (IOException e) {
      throw MillraceException.lasting(
          Category.TARGET,
          "Cannot connect to %s: no credentials were found; give gcs.credentials_file, or set GOOGLE_APPLICATION_CREDENTIALS"
              .formatted(address(options)),
          e);
    } catch (IllegalArgumentException e) {
      throw MillraceException.lasting(
          Category.TARGET,
          "Cannot connect to %s: %s; give gcs.project".formatted(address(options), e.getMessage()),
          e);
    }
  }

  /** Without what the file holds, also where it cannot be read. */
  private static Credentials credentials(Path file) {
    try (InputStream key = Files.newInputStream(file)) {
      return GoogleCredentials.fromStream(key);
    } catch (IOException e) {
      throw MillraceException.configuration(
          "gcs.credentials_file",
          "Cannot read a key from %s: name a file as Google makes them".formatted(file));
    }
  }

  /** The store as people call it. */
  static String address(GcsOptions options) {
    return options.endpoint().orElse("Google Cloud Storage");
  }
}
