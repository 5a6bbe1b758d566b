package io.millrace.sinks.store;

import io.millrace.core.MillraceException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a bucket, such as {@code s3://lake/raw/}.
 *
 * @param scheme what stands before {@code ://}
 * @param bucket the bucket's name
 * @param prefix what the names of all objects begin with: empty, or ending in a slash
 */
public record BucketPath(String scheme, String bucket, String prefix) {
  private static final Pattern URL = Pattern.compile("([^:/]+)://([^/]*)/?(.*)", Pattern.DOTALL);

  /**
   * Reads a URL.
   *
   * @throws MillraceException (CONFIGURATION) if it names no bucket, or holds an empty segment
   */
  public static BucketPath parse(String url) {
    return parse("path", url);
  }

  /**
   * Reads the URL of an option.
   *
   * @param option the option's key, for errors
   */
  public static BucketPath parse(String option, String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches() || parts.group(2).isEmpty()) {
      throw MillraceException.configuration(
          option, "Cannot write to \"%s\": name a bucket, such as s3://lake/raw/".formatted(url));
    }
    String prefix = parts.group(3);
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      prefix += "/";
    }
    if (prefix.startsWith("/") || prefix.contains("//")) {
      throw MillraceException.configuration(
          option, "Cannot write to \"%s\": a folder in it has no name".formatted(url));
    }
    return new BucketPath(parts.group(1), parts.group(2), prefix);
  }

  /** The name, in the bucket, of what the store calls {@code key}. */
  public String name(String key) {
    return prefix + ObjectKey.require(key);
  }

  /** What the store calls an object of the bucket. */
  public String key(String name) {
    return name.substring(prefix.length());
  }

  /** The URL of an object of the bucket, as readers take it. */
  public String url(String name) {
    return scheme + "://" + bucket + "/" + name;
  }

  @Override
  public String toString() {
    return url(prefix);
  }
}
