package io.millrace.sinks.store.s3;

import io.millrace.core.MillraceException;
import io.millrace.sinks.store.BucketPath;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket's objects by their names, with failures that people understand. Thread-safe. */
final class S3Bucket {
  /** Metadata of a staged object and its copies: who wrote it. */
  static final String WRITER = "millrace-writer";

  private static final int RANGE_BEYOND_THE_END = 416;

  private final S3Client client;
  private final BucketPath path;
  private final S3Failure failure;
  private final S3Limits limits;

  S3Bucket(S3Client client, BucketPath path, S3Failure failure, S3Limits limits) {
    this.client = client;
    this.path = path;
    this.failure = failure;
    this.limits = limits;
  }

  /** What the store says of an object without sending it. */
  record Head(long length, String tag, Optional<String> writer) {}

  S3Client client() {
    return client;
  }

  String name() {
    return path.bucket();
  }

  MillraceException failed(String verb, String name, SdkException e) {
    return failure.of(verb, path.url(name), e);
  }

  /** Creates an object only if there is none; what the SDK throws is for the caller to read. */
  void create(String name, byte[] content) {
    requireTag(
        client
            .putObject(
                put ->
                    put.bucket(path.bucket())
                        .key(name)
                        .ifNoneMatch("*")
                        .contentMD5(Body.md5(content)),
                Body.of(content, content.length))
            .eTag());
  }

  /** A store names what it has made: an answer without is no yes, whatever its status. */
  static String requireTag(String tag) {
    if (tag == null) {
      throw SdkClientException.create("its answer lacks the ETag");
    }
    return tag;
  }

  /** Creates or replaces an object. */
  void put(String name, byte[] content, int length, Map<String, String> metadata) {
    call(
        "write",
        name,
        () ->
            requireTag(
                client
                    .putObject(
                        put ->
                            put.bucket(path.bucket())
                                .key(name)
                                .metadata(metadata)
                                .contentMD5(Body.md5(content, length)),
                        Body.of(content, length))
                    .eTag()));
  }

  Optional<byte[]> read(String name) {
    return find(
            "read", name, () -> client.getObjectAsBytes(get -> get.bucket(path.bucket()).key(name)))
        .map(ResponseBytes::asByteArrayUnsafe);
  }

  /** The object's bytes from the beginning; closed early it lets go of the connection. */
  InputStream open(String name) {
    try {
      ResponseInputStream<GetObjectResponse> response =
          client.getObject(get -> get.bucket(path.bucket()).key(name));
      return new AbortingStream(response);
    } catch (SdkException e) {
      throw failed("read", name, e);
    }
  }

  /** To close what was not read to its end would read the rest of it. */
  private static final class AbortingStream extends FilterInputStream {
    private final ResponseInputStream<GetObjectResponse> response;
    private boolean ended;

    AbortingStream(ResponseInputStream<GetObjectResponse> response) {
      super(response);
      this.response = response;
    }

    @Override
    public int read() throws IOException {
      int next = in.read();
      ended |= next < 0;
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      ended |= count < 0;
      return count;
    }

    @Override
    public void close() throws IOException {
      if (ended) {
        response.close();
      } else {
        response.abort();
      }
    }
  }

  /** The last bytes, all if there are fewer. */
  byte[] tail(String name, int length) {
    try {
      ResponseBytes<GetObjectResponse> last =
          client.getObjectAsBytes(
              get -> get.bucket(path.bucket()).key(name).range("bytes=-" + length));
      return last.asByteArrayUnsafe();
    } catch (S3Exception e) {
      if (e.statusCode() == RANGE_BEYOND_THE_END) {
        return new byte[0];
      }
      throw failed("read", name, e);
    } catch (SdkException e) {
      throw failed("read", name, e);
    }
  }

  Optional<Head> head(String name) {
    return find("look at", name, () -> client.headObject(h -> h.bucket(path.bucket()).key(name)))
        .map(
            head ->
                new Head(
                    head.contentLength(),
                    head.eTag(),
                    Optional.ofNullable(head.metadata().get(WRITER))));
  }

  /** Deletes an object, should it be there. */
  void delete(String name) {
    find("delete", name, () -> client.deleteObject(d -> d.bucket(path.bucket()).key(name)));
  }

  /**
   * Copies an object in one request, its metadata too.
   *
   * @return whether there was one to copy
   */
  boolean copy(String from, String to) {
    return find(
            "copy " + path.url(from) + " to",
            to,
            () ->
                tag(
                    client
                        .copyObject(
                            copy ->
                                copy.sourceBucket(path.bucket())
                                    .sourceKey(from)
                                    .destinationBucket(path.bucket())
                                    .destinationKey(to)
                                    .metadataDirective(MetadataDirective.COPY))
                        .copyObjectResult()))
        .isPresent();
  }

  private static String tag(CopyObjectResult result) {
    return requireTag(result == null ? null : result.eTag());
  }

  /** The names of all objects that begin with a prefix. */
  List<String> list(String prefix) {
    var names = new ArrayList<String>();
    var request =
        ListObjectsV2Request.builder()
            .bucket(path.bucket())
            .prefix(prefix)
            .maxKeys(limits.page())
            .build();
    ListObjectsV2Response page;
    do {
      ListObjectsV2Request next = request;
      page = call("list", prefix, () -> client.listObjectsV2(next));
      page.contents().stream().map(S3Object::key).forEach(names::add);
      request = request.toBuilder().continuationToken(page.nextContinuationToken()).build();
    } while (Boolean.TRUE.equals(page.isTruncated()));
    return names;
  }

  /** The call's answer; a failure as an error for people. */
  <T> T call(String verb, String name, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw failed(verb, name, e);
    }
  }

  /** The call's answer, or nothing where the store says that there is nothing of this name. */
  <T> Optional<T> find(String verb, String name, Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (S3Exception e) {
      if (S3Failure.isMissing(e)) {
        return Optional.empty();
      }
      throw failed(verb, name, e);
    } catch (SdkException e) {
      throw failed(verb, name, e);
    }
  }
}
