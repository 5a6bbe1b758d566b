package io.millrace.sinks.store.gcs;

import com.google.cloud.WriteChannel;
import com.google.cloud.storage.StorageException;
import io.millrace.sinks.store.StagedStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An object on its way into a bucket, by a resumable upload; what fits into one part is sent by one
 * request. An upload that is given up is left to the store, which shows it to nobody and forgets it
 * within a week.
 */
final class GcsStagedStream extends StagedStream {
  private static final int SMALLEST_BUFFER = 1 << 16;

  private final GcsBucket bucket;
  private final String name;
  private final int part;
  private final Checksum checksum = new Checksum();

  private byte[] buffer = new byte[SMALLEST_BUFFER];
  private int filled;
  private WriteChannel upload;
  private boolean named;

  GcsStagedStream(GcsBucket bucket, String name, int part) {
    this.bucket = bucket;
    this.name = name;
    this.part = part;
  }

  @Override
  protected void put(byte[] bytes, int offset, int length) {
    checksum.update(bytes, offset, length);
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
    try {
      if (upload == null) {
        upload = bucket.upload(name, part);
      }
      var bytes = ByteBuffer.wrap(buffer, 0, filled);
      while (bytes.hasRemaining()) {
        upload.write(bytes);
      }
      filled = 0;
    } catch (IOException e) {
      throw bucket.failed("write", name, e);
    } catch (StorageException e) {
      throw bucket.failed("write", name, e);
    }
  }

  @Override
  protected void complete() {
    named = true;
    if (upload == null) {
      bucket.put(name, Arrays.copyOf(buffer, filled));
      buffer = null;
      return;
    }
    send();
    buffer = null;
    RuntimeException failure = null;
    try {
      upload.close();
    } catch (IOException e) {
      failure = bucket.failed("finish", name, e);
    } catch (StorageException e) {
      failure = bucket.failed("finish", name, e);
    }
    // an answer that was lost says nothing; the object's own length and checksum do
    if (!isWhole()) {
      throw failure == null ? bucket.broken(name) : failure;
    }
  }

  private boolean isWhole() {
    return bucket
        .look(name)
        .filter(look -> look.length() == position() && look.checksum().equals(checksum.text()))
        .isPresent();
  }

  @Override
  protected void discard() {
    upload = null; // closing it would make it an object
    buffer = null;
    if (named) {
      bucket.delete(name);
      named = false;
    }
  }
}
