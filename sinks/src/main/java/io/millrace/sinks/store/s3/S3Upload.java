package io.millrace.sinks.store.s3;

import io.millrace.sinks.store.s3.S3Bucket.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyPartResult;

/** An object that comes into being part by part, for one thread at a time. */
final class S3Upload {
  private final S3Bucket bucket;
  private final String name;
  private final Map<String, String> metadata;
  private final String id;
  private final List<CompletedPart> parts = new ArrayList<>();
  private long length;

  private S3Upload(S3Bucket bucket, String name, Map<String, String> metadata, String id) {
    this.bucket = bucket;
    this.name = name;
    this.metadata = metadata;
    this.id = id;
  }

  static S3Upload begin(S3Bucket bucket, String name, Map<String, String> metadata) {
    String id =
        bucket.call(
            "begin to write",
            name,
            () ->
                bucket
                    .client()
                    .createMultipartUpload(
                        create -> create.bucket(bucket.name()).key(name).metadata(metadata))
                    .uploadId());
    return new S3Upload(bucket, name, metadata, id);
  }

  /** Sends the next part. */
  void add(byte[] bytes, int count) {
    int number = parts.size() + 1;
    String tag =
        bucket.call(
            "write",
            name,
            () ->
                S3Bucket.requireTag(
                    bucket
                        .client()
                        .uploadPart(
                            part ->
                                part.bucket(bucket.name())
                                    .key(name)
                                    .uploadId(id)
                                    .partNumber(number)
                                    .contentMD5(Body.md5(bytes, count)),
                            Body.of(bytes, count))
                        .eTag()));
    added(number, tag, count);
  }

  /**
   * Takes the next part from another object.
   *
   * @return whether there was one
   */
  boolean addFrom(String source, long from, long to) {
    int number = parts.size() + 1;
    Optional<String> tag =
        bucket.find(
            "copy a part to",
            name,
            () -> {
              CopyPartResult result =
                  bucket
                      .client()
                      .uploadPartCopy(
                          part ->
                              part.sourceBucket(bucket.name())
                                  .sourceKey(source)
                                  .copySourceRange("bytes=%d-%d".formatted(from, to - 1))
                                  .destinationBucket(bucket.name())
                                  .destinationKey(name)
                                  .uploadId(id)
                                  .partNumber(number))
                      .copyPartResult();
              return S3Bucket.requireTag(result == null ? null : result.eTag());
            });
    tag.ifPresent(t -> added(number, t, to - from));
    return tag.isPresent();
  }

  private void added(int number, String tag, long count) {
    parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
    length += count;
  }

  /** Makes the object of its parts; where the store does not say, looks whether it has. */
  void complete() {
    try {
      S3Bucket.requireTag(
          bucket
              .client()
              .completeMultipartUpload(
                  complete ->
                      complete
                          .bucket(bucket.name())
                          .key(name)
                          .uploadId(id)
                          .multipartUpload(upload -> upload.parts(parts)))
              .eTag());
    } catch (SdkException e) {
      if (!stands()) {
        throw bucket.failed("finish", name, e);
      }
    }
  }

  private boolean stands() {
    Optional<Head> head = bucket.head(name);
    return head.isPresent()
        && head.get().length() == length
        && head.get().writer().equals(Optional.ofNullable(metadata.get(S3Bucket.WRITER)));
  }

  /** Gives it up; what the store has of it goes. */
  void abort() {
    abort(bucket, name, id);
  }

  static void abort(S3Bucket bucket, String name, String id) {
    bucket.find(
        "give up",
        name,
        () ->
            bucket
                .client()
                .abortMultipartUpload(abort -> abort.bucket(bucket.name()).key(name).uploadId(id)));
  }
}
