package io.millrace.sinks.files;

import io.millrace.core.MillraceException;
import io.millrace.core.stage.SinkContext;
import io.millrace.sinks.store.BucketPath;
import io.millrace.sinks.store.LocalStore;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.gcs.GcsOptions;
import io.millrace.sinks.store.gcs.GcsStore;
import io.millrace.sinks.store.s3.S3Options;
import io.millrace.sinks.store.s3.S3Store;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The store that a root's scheme asks for. What a store is made of is loaded when a path asks for
 * it, so that a pipeline on local disk starts without.
 */
public enum LakeStore {
  FILE("a local path"),
  S3("s3://bucket/"),
  GS("gs://bucket/");

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+)://.*");

  private final String example;

  LakeStore(String example) {
    this.example = example;
  }

  /**
   * The store of a root.
   *
   * @param option the key of the option that holds it
   * @throws MillraceException (CONFIGURATION) if there is none
   */
  public static LakeStore of(String option, String root) {
    Matcher scheme = SCHEME.matcher(root);
    if (!scheme.matches()) {
      return FILE;
    }
    for (LakeStore store : values()) {
      if (store.scheme().equals(scheme.group(1))) {
        if (store != FILE) {
          BucketPath.parse(option, root);
        }
        return store;
      }
    }
    throw MillraceException.configuration(
        option,
        "Cannot write to \"%s\": there is no store for %s://, use %s"
            .formatted(
                root,
                scheme.group(1),
                Arrays.stream(values()).map(s -> s.example).collect(Collectors.joining(", "))));
  }

  private String scheme() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Refuses options of a store that the root does not ask for. */
  public void requireOnly(S3Options s3, GcsOptions gcs) {
    if (this != S3 && !s3.equals(S3Options.none())) {
      throw notAskedFor("s3", S3);
    }
    if (this != GS && !gcs.equals(GcsOptions.none())) {
      throw notAskedFor("gcs", GS);
    }
  }

  private static MillraceException notAskedFor(String key, LakeStore store) {
    return MillraceException.configuration(
        key,
        "Cannot use %s here: the path is elsewhere; begin it with %s, or leave %s out"
            .formatted(key, store.example, key));
  }

  /**
   * Opens the store of a root.
   *
   * @param root as {@link #of} takes it
   */
  public static ObjectStore open(SinkContext context, String root, S3Options s3, GcsOptions gcs) {
    return switch (of("path", root)) {
      case FILE ->
          new LocalStore(
              root.startsWith("file://")
                  ? Path.of(URI.create(root))
                  : context.folder().resolve(root),
              context.nonces());
      case S3 -> S3Store.open(BucketPath.parse(root), s3, context.nonces(), context.clock());
      case GS -> GcsStore.open(BucketPath.parse(root), gcs, context.nonces());
    };
  }
}
