package io.millrace.sinks.files;

import io.millrace.core.MillraceException;
import io.millrace.core.stage.SinkContext;
import io.millrace.sinks.store.BucketPath;
import io.millrace.sinks.store.LocalStore;
import io.millrace.sinks.store.ObjectStore;
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
 * The store that a path's scheme asks for. What a store is made of is loaded when a path asks for
 * it, so that a pipeline on local disk starts without.
 */
enum LakeStore {
  FILE("a local path"),
  S3("s3://bucket/");

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+)://.*");

  private final String example;

  LakeStore(String example) {
    this.example = example;
  }

  /**
   * The store of a path.
   *
   * @throws MillraceException (CONFIGURATION) if there is none
   */
  static LakeStore of(PathTemplate path) {
    Matcher scheme = SCHEME.matcher(path.root());
    if (!scheme.matches()) {
      return FILE;
    }
    for (LakeStore store : values()) {
      if (store.scheme().equals(scheme.group(1))) {
        if (store != FILE) {
          BucketPath.parse(path.root());
        }
        return store;
      }
    }
    throw MillraceException.configuration(
        "path",
        "Cannot write to \"%s\": there is no store for %s://, use %s"
            .formatted(
                path.root(),
                scheme.group(1),
                Arrays.stream(values()).map(s -> s.example).collect(Collectors.joining(", "))));
  }

  private String scheme() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Refuses options of a store that the path does not ask for. */
  void requireOnly(S3Options s3) {
    if (this != S3 && !s3.equals(S3Options.none())) {
      throw MillraceException.configuration(
          "s3",
          "Cannot use s3 here: the path is not in S3; write s3://bucket/ there, or leave s3 out");
    }
  }

  static ObjectStore open(SinkContext context, ParquetSinkOptions options) {
    PathTemplate path = PathTemplate.parse(options.path());
    String root = path.root();
    return switch (of(path)) {
      case FILE ->
          new LocalStore(
              root.startsWith("file://")
                  ? Path.of(URI.create(root))
                  : context.folder().resolve(root),
              context.nonces());
      case S3 ->
          S3Store.open(BucketPath.parse(root), options.s3(), context.nonces(), context.clock());
    };
  }
}
