package io.millrace.sinks.store.s3;

import java.time.Duration;

/**
 * How large and how long requests are.
 *
 * @param part bytes of each part of an upload but the last; S3 wants 5 MiB at least and takes up to
 *     10,000 of them
 * @param copy objects larger than this are copied in parts of that size; S3 wants 5 GiB at most, a
 *     request that ends soon wants less
 * @param page how many names come with one answer to a listing
 * @param attempt after which time a request is given up
 * @param attempts how often a request is made until the call fails
 */
record S3Limits(int part, long copy, int page, Duration attempt, int attempts) {
  static final S3Limits USUAL = new S3Limits(8 << 20, 512L << 20, 1000, Duration.ofMinutes(1), 4);

  /** After which time a call is given up, whatever its attempts. */
  Duration call() {
    return attempt.multipliedBy(attempts);
  }
}
