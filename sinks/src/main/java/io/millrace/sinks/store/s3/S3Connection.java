package io.millrace.sinks.store.s3;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The client of a store. It makes failed requests again by itself: a part that is lost must not
 * cost the whole upload. That a creation may so meet its own success is what {@link
 * io.millrace.sinks.store.ObjectStore#claim} reads back for.
 */
final class S3Connection {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int CONNECTIONS = 64;

  private S3Connection() {}

  static S3Client open(S3Options options, S3Limits limits) {
    try {
      var builder =
          S3Client.builder()
              .httpClientBuilder(
                  Apache5HttpClient.builder()
                      .maxConnections(CONNECTIONS)
                      .connectionTimeout(CONNECT)
                      .socketTimeout(limits.attempt())
                      .tcpKeepAlive(true))
              .overrideConfiguration(
                  all ->
                      all.apiCallAttemptTimeout(limits.attempt())
                          .apiCallTimeout(limits.call())
                          .retryStrategy(
                              AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                  .maxAttempts(limits.attempts())
                                  .build()))
              .credentialsProvider(credentials(options))
              .forcePathStyle(options.pathStyle().orElse(options.endpoint().isPresent()))
              // trailing checksums are beyond many stores; each body carries its MD5 instead
              .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
              .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
      options.endpoint().map(URI::create).ifPresent(builder::endpointOverride);
      if (options.region().isPresent() || options.endpoint().isPresent()) {
        builder.region(options.region().map(Region::of).orElse(Region.US_EAST_1));
      }
      return builder.build();
    } catch (SdkClientException e) {
      throw MillraceException.lasting(
          Category.TARGET,
          "Cannot connect to %s: %s; give s3.region, or set AWS_REGION"
              .formatted(address(options), e.getMessage()),
          e);
    }
  }

  /** The store as people call it. */
  static String address(S3Options options) {
    return options.endpoint().orElse("AWS S3");
  }

  private static AwsCredentialsProvider credentials(S3Options options) {
    return options
        .secretAccessKey()
        .<AwsCredentialsProvider>map(
            secret ->
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        options.accessKeyId().orElseThrow(), secret.reveal())))
        .orElseGet(() -> DefaultCredentialsProvider.builder().build());
  }
}
