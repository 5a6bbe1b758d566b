package io.millrace.sinks.store.gcs;

import java.time.Duration;

/**
 * How large and how long requests are.
 *
 * @param part bytes of each request of an upload but the last, a multiple of 256 KiB
 * @param page how many names come with one answer to a listing
 * @param attempt after which time a request is given up
 * @param attempts how often a request is made until the call fails
 */
record GcsLimits(int part, int page, Duration attempt, int attempts) {
  static final GcsLimits USUAL = new GcsLimits(8 << 20, 1000, Duration.ofMinutes(1), 4);

  /** After which time a call is given up, whatever its attempts. */
  Duration call() {
    return attempt.multipliedBy(attempts);
  }
}
