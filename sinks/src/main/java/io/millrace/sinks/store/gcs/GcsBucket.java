package io.millrace.sinks.store.gcs;

import com.google.cloud.BaseServiceException;
import com.google.cloud.ReadChannel;
import com.google.cloud.WriteChannel;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.CopyWriter;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobField;
import com.google.cloud.storage.Storage.BlobGetOption;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.Storage.BlobTargetOption;
import com.google.cloud.storage.Storage.CopyRequest;
import com.google.cloud.storage.StorageException;
import io.millrace.core.MillraceException;
import io.millrace.sinks.store.BucketPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A bucket's objects by their names, with failures that people understand. Thread-safe. */
final class GcsBucket {
  private static final String TYPE = "application/octet-stream";

  private final Storage storage;
  private final BucketPath path;
  private final GcsFailure failure;
  private final GcsLimits limits;

  GcsBucket(Storage storage, BucketPath path, GcsFailure failure, GcsLimits limits) {
    this.storage = storage;
    this.path = path;
    this.failure = failure;
    this.limits = limits;
  }

  /** What the store says of an object without sending it: its CRC32C as the store writes it. */
  record Look(long length, String checksum) {}

  /** What a copy came to. */
  enum Copy {
    MADE,
    NO_SOURCE,
    TARGET_TAKEN
  }

  MillraceException failed(String verb, String name, StorageException e) {
    return failure.of(verb, path.url(name), e);
  }

  MillraceException failed(String verb, String name, IOException e) {
    return failed(
        verb,
        name,
        e.getCause() instanceof StorageException cause
            ? cause
            : new StorageException(BaseServiceException.UNKNOWN_CODE, e.getMessage(), e));
  }

  /** The error for an object that is not what was sent. */
  MillraceException broken(String name) {
    return failed(
        "finish",
        name,
        new StorageException(
            BaseServiceException.UNKNOWN_CODE,
            "its length or checksum is not that of what was sent"));
  }

  private BlobId id(String name) {
    return BlobId.of(path.bucket(), name);
  }

  private BlobInfo info(String name) {
    return BlobInfo.newBuilder(id(name)).setContentType(TYPE).build();
  }

  /** Creates an object only if there is none; what the client throws is for the caller to read. */
  void create(String name, byte[] content) {
    storage.create(info(name), content, BlobTargetOption.doesNotExist());
  }

  /** Creates or replaces an object. */
  void put(String name, byte[] content) {
    call("write", name, () -> storage.create(info(name), content));
  }

  /** Begins an object that comes into being when the channel is closed. */
  WriteChannel upload(String name, int part) {
    WriteChannel channel = storage.writer(info(name));
    channel.setChunkSize(part);
    return channel;
  }

  Optional<byte[]> read(String name) {
    return find("read", name, () -> storage.readAllBytes(id(name)));
  }

  /** The object's bytes from the beginning. */
  InputStream open(String name) {
    return Channels.newInputStream(
        call(
            "read",
            name,
            () -> {
              known(name);
              return storage.reader(id(name));
            }));
  }

  /** The last bytes, all if there are fewer. */
  byte[] tail(String name, int length) {
    long size = call("read", name, () -> known(name)).getSize();
    var last = ByteBuffer.allocate((int) Math.min(length, size));
    if (last.hasRemaining()) {
      try (ReadChannel channel = storage.reader(id(name))) {
        channel.setChunkSize(0);
        channel.seek(size - last.capacity());
        while (last.hasRemaining()) {
          if (channel.read(last) < 0) {
            throw new StorageException(
                BaseServiceException.UNKNOWN_CODE, "the object became shorter");
          }
        }
      } catch (IOException e) {
        throw failed("read", name, e);
      } catch (StorageException e) {
        throw failed("read", name, e);
      }
    }
    return last.array();
  }

  private Blob known(String name) {
    Blob blob = storage.get(id(name), BlobGetOption.fields(BlobField.SIZE, BlobField.CRC32C));
    if (blob == null) {
      throw new StorageException(404, "No such object");
    }
    return blob;
  }

  Optional<Look> look(String name) {
    return find("look at", name, () -> known(name))
        .map(blob -> new Look(blob.getSize(), blob.getCrc32c()));
  }

  /** Deletes an object, should it be there. */
  void delete(String name) {
    find("delete", name, () -> storage.delete(id(name)));
  }

  /** Copies an object unless the name is taken, in as many requests as the store wants. */
  Copy copy(String from, String to) {
    try {
      CopyWriter copy =
          storage.copy(
              CopyRequest.newBuilder()
                  .setSource(id(from))
                  .setTarget(id(to), BlobTargetOption.doesNotExist())
                  .build());
      while (!copy.isDone()) {
        copy.copyChunk();
      }
      return Copy.MADE;
    } catch (StorageException e) {
      if (GcsFailure.isTaken(e)) {
        return Copy.TARGET_TAKEN;
      } else if (GcsFailure.isMissing(e)) {
        return Copy.NO_SOURCE;
      }
      throw failed("copy " + path.url(from) + " to", to, e);
    }
  }

  /** The names of all objects that begin with a prefix. */
  List<String> list(String prefix) {
    return call(
        "list",
        prefix,
        () -> {
          var names = new ArrayList<String>();
          storage
              .list(
                  path.bucket(),
                  BlobListOption.prefix(prefix),
                  BlobListOption.pageSize(limits.page()),
                  BlobListOption.fields(BlobField.NAME))
              .iterateAll()
              .forEach(blob -> names.add(blob.getName()));
          return names;
        });
  }

  /** Those of these permissions on the bucket that the credentials have not got. */
  List<String> missing(List<String> permissions) {
    List<Boolean> has =
        call(
            "ask for rights on",
            path.prefix(),
            () -> storage.testIamPermissions(path.bucket(), permissions));
    var missing = new ArrayList<String>();
    for (int i = 0; i < permissions.size(); i++) {
      if (!has.get(i)) {
        missing.add(permissions.get(i));
      }
    }
    return missing;
  }

  private <T> T call(String verb, String name, Supplier<T> call) {
    try {
      return call.get();
    } catch (StorageException e) {
      throw failed(verb, name, e);
    }
  }

  private <T> Optional<T> find(String verb, String name, Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (StorageException e) {
      if (GcsFailure.isMissing(e)) {
        return Optional.empty();
      }
      throw failed(verb, name, e);
    }
  }
}
