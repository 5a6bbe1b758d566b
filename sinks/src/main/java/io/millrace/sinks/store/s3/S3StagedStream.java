package io.millrace.sinks.store.s3;

import io.millrace.sinks.store.Requests;
import io.millrace.sinks.store.StagedStream;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Future;

/**
 * An object on its way into a bucket: one part is sent while the next is filled. What fits into one
 * part is sent by one request.
 */
final class S3StagedStream extends StagedStream {
  private static final int SMALLEST_BUFFER = 1 << 16;

  private final S3Bucket bucket;
  private final String name;
  private final Map<String, String> metadata;
  private final int part;
  private final Requests requests;

  private byte[] buffer = new byte[SMALLEST_BUFFER];
  private byte[] spare = new byte[0];
  private int filled;
  private S3Upload upload;
  private Future<?> sending;
  private boolean named;

  S3StagedStream(S3Bucket bucket, String name, String writer, int part, Requests requests) {
    this.bucket = bucket;
    this.name = name;
    this.metadata = Map.of(S3Bucket.WRITER, writer);
    this.part = part;
    this.requests = requests;
  }

  @Override
  protected void put(byte[] bytes, int offset, int length) {
    for (int done = 0; done < length; ) {
      if (filled == part) {
        send();
      }
      int n = Math.min(length - done, part - filled);
      reserve(filled + n);
      System.arraycopy(bytes, offset + done, buffer, filled, n);
      filled += n;
      done += n;
    }
  }

  private void reserve(int size) {
    if (buffer.length < size) {
      buffer = Arrays.copyOf(buffer, Math.min(part, Math.max(size, 2 * buffer.length)));
    }
  }

  private void send() {
    awaitSent();
    if (upload == null) {
      upload = S3Upload.begin(bucket, name, metadata);
    }
    byte[] full = buffer;
    int length = filled;
    sending =
        requests.begin(
            () -> {
              upload.add(full, length);
              return length;
            });
    buffer = spare;
    spare = full;
    filled = 0;
  }

  /** Afterwards the spare buffer is free. */
  private void awaitSent() {
    if (sending != null) {
      Future<?> last = sending;
      sending = null;
      Requests.await(last);
    }
  }

  @Override
  protected void complete() {
    named = true;
    if (upload == null) {
      bucket.put(name, buffer, filled, metadata);
    } else {
      send();
      awaitSent();
      upload.complete();
    }
    buffer = null;
    spare = null;
  }

  @Override
  protected void discard() {
    try {
      awaitSent(); // what the store takes in after the end would stay there
    } catch (RuntimeException e) {
      // it goes anyway
    }
    if (upload != null) {
      upload.abort();
      upload = null;
    }
    if (named) {
      bucket.delete(name);
      named = false;
    }
    buffer = null;
    spare = null;
  }
}
