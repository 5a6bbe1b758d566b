package io.millrace.sinks.store.s3;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Option;
import io.millrace.core.options.Secret;
import java.util.Optional;
import java.util.regex.Pattern;

/** The options {@code s3} of whatever writes to {@code s3://}. */
public record S3Options(
    @Option(
            value = "The store's address, for others than AWS.",
            example = "https://minio.example.com:9000")
        Optional<String> endpoint,
    @Option(
            value =
                "The bucket's region. Left out, it is what the environment, the profile or the"
                    + " machine says, and us-east-1 where an endpoint is given.",
            example = "eu-central-1")
        Optional<String> region,
    @Option(
            value =
                "Whether the bucket stands in the path of requests rather than in the host's name."
                    + " Left out, it does where an endpoint is given.",
            example = "true")
        Optional<Boolean> pathStyle,
    @Option(
            value =
                "The access key. Left out, credentials are found as AWS tools find them: in the"
                    + " environment, the profile, the pod or the machine.",
            example = "${env:S3_ACCESS_KEY_ID}")
        Optional<String> accessKeyId,
    @Option(value = "The secret of the access key.", example = "${env:S3_SECRET_ACCESS_KEY}")
        Optional<Secret> secretAccessKey) {
  private static final Pattern URL = Pattern.compile("https?://[\\w.\\[\\]:-]+/?");

  public S3Options {
    if (accessKeyId.isPresent() != secretAccessKey.isPresent()) {
      throw MillraceException.configuration(
          accessKeyId.isPresent() ? "secret_access_key" : "access_key_id",
          "access_key_id and secret_access_key go together: give both or neither");
    }
    endpoint.ifPresent(S3Options::requireUrl);
  }

  private static void requireUrl(String endpoint) {
    if (!URL.matcher(endpoint).matches()) {
      throw MillraceException.configuration(
          "endpoint",
          "Cannot use \"%s\": expected a URL such as https://minio.example.com:9000"
              .formatted(endpoint.replaceAll("//.*@", "//***@")));
    }
  }

  /** AWS, with what the surroundings say. */
  public static S3Options none() {
    return new S3Options(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
