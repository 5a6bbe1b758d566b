package io.millrace.sinks.store.gcs;

import com.google.cloud.storage.StorageException;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.util.Set;

/** What a store refused, as an error that says what to do. */
final class GcsFailure {
  private static final int MISSING = 404;
  private static final int TAKEN = 412;
  private static final Set<Integer> PASSING = Set.of(408, 409, 425, 429);

  private final String endpoint;

  /**
   * @param endpoint the store's address, for people
   */
  GcsFailure(String endpoint) {
    this.endpoint = endpoint;
  }

  /** Whether the call may have taken effect, or may succeed when it is made again. */
  static boolean mayPass(StorageException e) {
    // no HTTP status: the answer did not come
    return e.getCode() < 400 || e.getCode() >= 500 || PASSING.contains(e.getCode());
  }

  /** Whether the store says that there is nothing of this name. */
  static boolean isMissing(StorageException e) {
    return e.getCode() == MISSING && !isBucketMissing(e);
  }

  /** Whether the store says that there is something of this name. */
  static boolean isTaken(StorageException e) {
    return e.getCode() == TAKEN;
  }

  /** By its message alone: of an object the message has the name, which may be anything. */
  private static boolean isBucketMissing(StorageException e) {
    return e.getCode() == MISSING
        && String.valueOf(e.getMessage()).contains("The specified bucket does not exist");
  }

  /** The error for a failed attempt to {@code verb} an object. */
  MillraceException of(String verb, String url, StorageException e) {
    String reason =
        e.getCode() < 400
            ? "%s did not answer (%s)".formatted(endpoint, e.getMessage())
            : "%s answered %d (%s)".formatted(endpoint, e.getCode(), e.getMessage());
    return mayPass(e)
        ? MillraceException.passing(
            Category.TARGET,
            "Cannot %s %s: %s; if it lasts, see to the store at %s and the way there"
                .formatted(verb, url, reason, endpoint),
            e)
        : MillraceException.lasting(
            Category.TARGET, "Cannot %s %s: %s; %s".formatted(verb, url, reason, advice(e)), e);
  }

  private static String advice(StorageException e) {
    if (isBucketMissing(e)) {
      return "create the bucket, or correct the path";
    } else if (e.getCode() == 401) {
      return "check the credentials";
    } else if (e.getCode() == 403) {
      return "give these credentials the rights listed in docs/stores.md";
    }
    return "see to the path and to gcs in the sink's options";
  }
}
