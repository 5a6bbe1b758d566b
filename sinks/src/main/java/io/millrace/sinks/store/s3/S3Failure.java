package io.millrace.sinks.store.s3;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What a store refused, as an error that says what to do. */
final class S3Failure {
  private static final Set<Integer> PASSING = Set.of(408, 409, 425, 429);
  private static final Set<String> PASSING_CODES =
      Set.of("SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "Throttling");
  private static final Set<String> WRONG_REGION =
      Set.of(
          "PermanentRedirect",
          "TemporaryRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException");
  private static final Set<String> WRONG_KEY =
      Set.of(
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "InvalidToken",
          "ExpiredToken",
          "InvalidClientTokenId");

  private final String endpoint;

  /**
   * @param endpoint the store's address, for people
   */
  S3Failure(String endpoint) {
    this.endpoint = endpoint;
  }

  /** Whether the call may have taken effect, or may succeed when it is made again. */
  static boolean mayPass(SdkException e) {
    if (e instanceof S3Exception s3) {
      return PASSING.contains(s3.statusCode())
          || PASSING_CODES.contains(code(s3))
          || (s3.statusCode() >= 500 && s3.statusCode() != 501)
          || s3.statusCode() == 200;
    }
    return !hasNoCredentials(e);
  }

  /** Whether the store says that there is nothing of this name. */
  static boolean isMissing(S3Exception e) {
    return e.statusCode() == 404 && !code(e).equals("NoSuchBucket");
  }

  /** The error for a failed attempt to {@code verb} an object. */
  MillraceException of(String verb, String url, SdkException e) {
    String reason = reason(e);
    return mayPass(e)
        ? MillraceException.passing(
            Category.TARGET,
            "Cannot %s %s: %s; if it lasts, see to the store at %s and the way there"
                .formatted(verb, url, reason, endpoint),
            e)
        : MillraceException.lasting(
            Category.TARGET, "Cannot %s %s: %s; %s".formatted(verb, url, reason, advice(e)), e);
  }

  private String reason(SdkException e) {
    if (!(e instanceof S3Exception s3)) {
      return hasNoCredentials(e)
          ? "no credentials were found"
          : "%s did not answer (%s)".formatted(endpoint, e.getMessage());
    }
    AwsErrorDetails details = s3.awsErrorDetails();
    String message = details == null ? null : details.errorMessage();
    String said = code(s3).isEmpty() ? "" : " " + code(s3);
    return message == null || message.isBlank()
        ? "%s answered %d%s".formatted(endpoint, s3.statusCode(), said)
        : "%s answered %d%s (%s)".formatted(endpoint, s3.statusCode(), said, message);
  }

  private static String advice(SdkException e) {
    if (!(e instanceof S3Exception s3)) {
      return "give s3.access_key_id and s3.secret_access_key, or set AWS_ACCESS_KEY_ID and"
          + " AWS_SECRET_ACCESS_KEY, or a profile";
    }
    String code = code(s3);
    if (code.equals("NoSuchBucket")) {
      return "create the bucket, or correct the path";
    } else if (WRONG_REGION.contains(code) || s3.statusCode() == 301) {
      return "the bucket lies in another region%s: set s3.region".formatted(region(s3));
    } else if (WRONG_KEY.contains(code)) {
      return "check the access key and its secret";
    } else if (code.equals("RequestTimeTooSkewed")) {
      return "set this machine's clock";
    } else if (s3.statusCode() == 401 || s3.statusCode() == 403) {
      return "give these credentials the rights listed in docs/stores.md";
    } else if (s3.statusCode() == 501) {
      return "use a store, or a version of it, that knows this (see docs/stores.md)";
    }
    return "see to the path and to s3 in the sink's options";
  }

  private static String region(S3Exception e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return details == null || details.sdkHttpResponse() == null
        ? ""
        : details
            .sdkHttpResponse()
            .firstMatchingHeader("x-amz-bucket-region")
            .map(" (%s)"::formatted)
            .orElse("");
  }

  static String code(S3Exception e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  private static boolean hasNoCredentials(SdkException e) {
    return String.valueOf(e.getMessage()).contains("Unable to load credentials");
  }
}
