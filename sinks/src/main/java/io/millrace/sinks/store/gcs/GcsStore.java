package io.millrace.sinks.store.gcs;

import com.google.cloud.storage.StorageException;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import io.millrace.sinks.store.BucketPath;
import io.millrace.sinks.store.CreationProbe;
import io.millrace.sinks.store.ObjectKey;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.Requests;
import io.millrace.sinks.store.StagedStream;
import io.millrace.sinks.store.gcs.GcsBucket.Copy;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A folder of a bucket in Google Cloud Storage. Creation is an insert with {@code
 * ifGenerationMatch=0}; an object shows only when it is whole.
 */
public final class GcsStore implements ObjectStore {
  private static final List<String> PERMISSIONS =
      List.of(
          "storage.objects.create",
          "storage.objects.get",
          "storage.objects.list",
          "storage.objects.delete");

  private final GcsBucket bucket;
  private final BucketPath path;
  private final GcsLimits limits;
  private final Nonces nonces;
  private final String address;
  private final Requests requests = new Requests("gcs");

  private GcsStore(BucketPath path, GcsOptions options, GcsLimits limits, Nonces nonces) {
    this.path = path;
    this.limits = limits;
    this.nonces = nonces;
    this.address = GcsConnection.address(options);
    this.bucket =
        new GcsBucket(GcsConnection.open(options, limits), path, new GcsFailure(address), limits);
  }

  /** The store below a path, which need not hold anything yet. */
  public static GcsStore open(BucketPath path, GcsOptions options, Nonces nonces) {
    return open(path, options, GcsLimits.USUAL, nonces);
  }

  static GcsStore open(BucketPath path, GcsOptions options, GcsLimits limits, Nonces nonces) {
    return new GcsStore(path, options, limits, nonces);
  }

  @Override
  public Creation createIfAbsent(String key, byte[] content) {
    String name = path.name(key);
    try {
      bucket.create(name, content);
      return Creation.CREATED;
    } catch (StorageException e) {
      if (GcsFailure.isTaken(e)) {
        return Creation.EXISTS;
      } else if (GcsFailure.mayPass(e)) {
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
    bucket.put(path.name(key), content);
  }

  @Override
  public List<String> list(String folder) {
    return bucket.list(path.name(folder) + "/").stream()
        .filter(name -> !name.endsWith("/")) // what consoles make for an empty folder
        .map(path::key)
        .sorted()
        .toList();
  }

  /** There is nothing to take away: the store forgets uploads that are not finished by itself. */
  @Override
  public void sweep(String folder) {
    ObjectKey.require(folder);
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
    return new GcsStagedStream(bucket, path.name(key), limits.part());
  }

  /** Two parts: one that is filled, one on its way or kept for the next. */
  @Override
  public int streamMemory() {
    return 2 * limits.part();
  }

  @Override
  public List<Move> move(List<Move> wanted) {
    List<Boolean> done =
        requests.forEach(wanted, move -> moved(path.name(move.from()), path.name(move.to())));
    var lost = new ArrayList<Move>();
    for (int i = 0; i < wanted.size(); i++) {
      if (!done.get(i)) {
        lost.add(wanted.get(i));
      }
    }
    return lost;
  }

  /** Whether the object has its final name now; if not, it is under neither. */
  private boolean moved(String from, String to) {
    Copy copy = bucket.copy(from, to);
    if (copy == Copy.NO_SOURCE) {
      return bucket.look(to).isPresent();
    }
    if (copy == Copy.TARGET_TAKEN) {
      var source = bucket.look(from);
      if (source.isPresent() && !source.equals(bucket.look(to))) {
        throw MillraceException.lasting(
            Category.TARGET,
            "Cannot move %s to %s: another object stands there; move that one away"
                .formatted(path.url(from), path.url(to)));
      }
    }
    bucket.delete(from);
    return true;
  }

  @Override
  public void requireWritable() {
    List<String> missing = bucket.missing(PERMISSIONS);
    if (!missing.isEmpty()) {
      throw MillraceException.lasting(
          Category.TARGET,
          "Cannot write to %s: %s gives these credentials no right to %s; give them that (see docs/stores.md)"
              .formatted(path, address, String.join(", ", missing)));
    }
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
