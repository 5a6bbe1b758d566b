package io.millrace.sinks.store.s3;

import io.millrace.core.Nonces;
import io.millrace.sinks.store.BucketPath;
import io.millrace.sinks.store.CreationProbe;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.Requests;
import io.millrace.sinks.store.StagedStream;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A folder of a bucket in S3, or in a store that speaks its protocol: R2, MinIO, Ceph. Creation is
 * {@code PUT} with {@code If-None-Match: *}; an object shows only when it is whole.
 */
public final class S3Store implements ObjectStore {
  private static final int TAKEN = 412;

  private final S3Bucket bucket;
  private final BucketPath path;
  private final S3Limits limits;
  private final S3Moves moves;
  private final String address;
  private final Nonces nonces;
  private final InstantSource clock;
  private final Requests requests = new Requests("s3");

  private S3Store(
      BucketPath path, S3Options options, S3Limits limits, Nonces nonces, InstantSource clock) {
    this.path = path;
    this.limits = limits;
    this.nonces = nonces;
    this.clock = clock;
    this.address = S3Connection.address(options);
    this.bucket =
        new S3Bucket(S3Connection.open(options, limits), path, new S3Failure(address), limits);
    this.moves = new S3Moves(bucket, path, limits);
  }

  /** The store below a path, which need not hold anything yet. */
  public static S3Store open(
      BucketPath path, S3Options options, Nonces nonces, InstantSource clock) {
    return new S3Store(path, options, S3Limits.USUAL, nonces, clock);
  }

  static S3Store open(
      BucketPath path, S3Options options, S3Limits limits, Nonces nonces, InstantSource clock) {
    return new S3Store(path, options, limits, nonces, clock);
  }

  @Override
  public Creation createIfAbsent(String key, byte[] content) {
    String name = path.name(key);
    try {
      bucket.create(name, content);
      return Creation.CREATED;
    } catch (SdkException e) {
      if (e instanceof S3Exception s3 && s3.statusCode() == TAKEN) {
        return Creation.EXISTS;
      } else if (S3Failure.mayPass(e)) {
        return Creation.UNKNOWN;
      }
      throw bucket.failed("create", name, e);
    }
  }

  @Override
  public Optional<byte[]> read(String key) {
    return bucket.read(path.name(key));
  }

  @Override
  public InputStream open(String key) {
    return bucket.open(path.name(key));
  }

  @Override
  public byte[] tail(String key, int length) {
    return bucket.tail(path.name(key), length);
  }

  @Override
  public void overwrite(String key, byte[] content) {
    bucket.put(path.name(key), content, content.length, Map.of());
  }

  @Override
  public List<String> list(String folder) {
    return bucket.list(path.name(folder) + "/").stream()
        .filter(name -> !name.endsWith("/")) // what consoles make for an empty folder
        .map(path::key)
        .sorted()
        .toList();
  }

  /**
   * Gives up the uploads below a folder that were begun before any request of now: most of them a
   * dead process's. One that lives, of a unit loaded elsewhere meanwhile, fails and is gone too.
   */
  @Override
  public void sweep(String folder) {
    Instant oldest = clock.instant().minus(longestRequest());
    List<MultipartUpload> old =
        uploads(path.name(folder) + "/").stream()
            .filter(upload -> upload.initiated().isBefore(oldest))
            .toList();
    requests.forEach(
        old,
        upload -> {
          S3Upload.abort(bucket, upload.key(), upload.uploadId());
          return upload;
        });
  }

  private List<MultipartUpload> uploads(String prefix) {
    var uploads = new ArrayList<MultipartUpload>();
    var request =
        ListMultipartUploadsRequest.builder()
            .bucket(path.bucket())
            .prefix(prefix)
            .maxUploads(limits.page())
            .build();
    ListMultipartUploadsResponse page;
    do {
      ListMultipartUploadsRequest next = request;
      page =
          bucket.call(
              "list the uploads of", prefix, () -> bucket.client().listMultipartUploads(next));
      uploads.addAll(page.uploads());
      request =
          request.toBuilder()
              .keyMarker(page.nextKeyMarker())
              .uploadIdMarker(page.nextUploadIdMarker())
              .build();
    } while (Boolean.TRUE.equals(page.isTruncated()));
    return uploads;
  }

  @Override
  public void delete(Collection<String> keys) {
    requests.forEach(
        keys.stream().map(path::name).toList(),
        name -> {
          bucket.delete(name);
          return name;
        });
  }

  @Override
  public StagedStream stage(String key) {
    return new S3StagedStream(bucket, path.name(key), nonces.next(), limits.part(), requests);
  }

  /** Two parts: one that is filled, one on its way or kept for the next. */
  @Override
  public int streamMemory() {
    return 2 * limits.part();
  }

  @Override
  public List<Move> move(List<Move> wanted) {
    List<Boolean> done =
        requests.forEach(wanted, move -> moves.move(path.name(move.from()), path.name(move.to())));
    var lost = new ArrayList<Move>();
    for (int i = 0; i < wanted.size(); i++) {
      if (!done.get(i)) {
        lost.add(wanted.get(i));
      }
    }
    return lost;
  }

  /** Begins an upload and gives it up: nobody sees it, and it asks for the right to write. */
  @Override
  public void requireWritable() {
    S3Upload.begin(bucket, path.prefix() + "_millrace/probe", Map.of()).abort();
  }

  @Override
  public void requireCreateIfAbsent(String folder) {
    new CreationProbe(this, nonces).prove(folder, address);
  }

  /** A call's time and that of a last request, which the store may have taken in at its end. */
  @Override
  public Duration longestRequest() {
    return limits.call().plus(limits.attempt());
  }

  @Override
  public String location(String key) {
    return path.url(path.name(key));
  }
}
