package io.millrace.sinks.store.s3;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.sinks.store.BucketPath;
import io.millrace.sinks.store.s3.S3Bucket.Head;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Copies objects to their final names and deletes them under the old ones. Anyone may do it at the
 * same time: whoever finds the source gone looks at the target again.
 */
final class S3Moves {
  private static final int CHUNK = 1 << 16;

  private final S3Bucket bucket;
  private final BucketPath path;
  private final S3Limits limits;

  S3Moves(S3Bucket bucket, BucketPath path, S3Limits limits) {
    this.bucket = bucket;
    this.path = path;
    this.limits = limits;
  }

  /** Whether the object has its final name now; if not, it is under neither. */
  boolean move(String from, String to) {
    Optional<Head> target = bucket.head(to);
    Optional<Head> source = bucket.head(from);
    if (source.isEmpty()) {
      return target.isPresent() || bucket.head(to).isPresent();
    }
    if (target.isEmpty()) {
      if (!copy(from, source.get(), to)) {
        return bucket.head(to).isPresent();
      }
    } else if (!isSame(from, source.get(), to, target.get())) {
      throw MillraceException.lasting(
          Category.TARGET,
          "Cannot move %s to %s: another object stands there; move that one away"
              .formatted(path.url(from), path.url(to)));
    }
    bucket.delete(from);
    return true;
  }

  private boolean copy(String from, Head source, String to) {
    return source.length() <= limits.copy() ? bucket.copy(from, to) : copyParts(from, source, to);
  }

  private boolean copyParts(String from, Head source, String to) {
    Map<String, String> metadata =
        source.writer().map(writer -> Map.of(S3Bucket.WRITER, writer)).orElse(Map.of());
    S3Upload upload = S3Upload.begin(bucket, to, metadata);
    boolean whole = false;
    try {
      for (long at = 0; at < source.length(); at += limits.copy()) {
        if (!upload.addFrom(from, at, Math.min(source.length(), at + limits.copy()))) {
          return false;
        }
      }
      upload.complete();
      whole = true;
      return true;
    } finally {
      if (!whole) {
        upload.abort();
      }
    }
  }

  /**
   * Whether two objects are one: a copy keeps its writer's nonce, since its tag may differ. Without
   * that their bytes decide.
   */
  private boolean isSame(String from, Head source, String to, Head target) {
    if (source.length() != target.length()) {
      return false;
    }
    return (source.writer().isPresent() && source.writer().equals(target.writer()))
        || haveSameBytes(from, to);
  }

  private boolean haveSameBytes(String one, String other) {
    try (InputStream a = open(one);
        InputStream b = open(other)) {
      byte[] chunk;
      do {
        chunk = a.readNBytes(CHUNK);
        if (!Arrays.equals(chunk, b.readNBytes(CHUNK))) {
          return false;
        }
      } while (chunk.length > 0);
      return true;
    } catch (IOException | SdkException e) {
      throw MillraceException.passing(
          Category.TARGET,
          "Cannot compare %s with %s: %s; try again"
              .formatted(path.url(one), path.url(other), e.getMessage()),
          e);
    }
  }

  private InputStream open(String name) {
    return bucket.client().getObject(get -> get.bucket(bucket.name()).key(name));
  }
}
