package io.millrace.sinks.store;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A store without a disk, for simulations: fast, and every call is one step. */
public final class MemoryStore implements ObjectStore {
  private final SortedMap<String, byte[]> objects = new TreeMap<>();
  private final Duration longestRequest;
  private long changes;

  public MemoryStore(Duration longestRequest) {
    this.longestRequest = longestRequest;
  }

  @Override
  public synchronized Creation createIfAbsent(String key, byte[] content) {
    if (objects.putIfAbsent(ObjectKey.require(key), content.clone()) != null) {
      return Creation.EXISTS;
    }
    changes++;
    return Creation.CREATED;
  }

  @Override
  public synchronized Optional<byte[]> read(String key) {
    return Optional.ofNullable(objects.get(ObjectKey.require(key))).map(byte[]::clone);
  }

  @Override
  public InputStream open(String key) {
    return new ByteArrayInputStream(
        read(key)
            .orElseThrow(
                () ->
                    MillraceException.passing(
                        MillraceException.Category.TARGET, "There is no " + key, null)));
  }

  @Override
  public synchronized byte[] tail(String key, int length) {
    byte[] whole = objects.get(ObjectKey.require(key));
    return Arrays.copyOfRange(whole, Math.max(0, whole.length - length), whole.length);
  }

  @Override
  public synchronized void overwrite(String key, byte[] content) {
    objects.put(ObjectKey.require(key), content.clone());
    changes++;
  }

  @Override
  public synchronized List<String> list(String folder) {
    String prefix = ObjectKey.require(folder) + "/";
    return List.copyOf(objects.subMap(prefix, prefix + Character.MAX_VALUE).keySet());
  }

  /** Goes up with every change. */
  public synchronized long changes() {
    return changes;
  }

  /** Every object, in order. */
  public synchronized List<String> all() {
    return List.copyOf(objects.keySet());
  }

  @Override
  public void sweep(String folder) {
    ObjectKey.require(folder);
  }

  @Override
  public synchronized void delete(Collection<String> keys) {
    for (String key : keys) {
      changes += objects.remove(ObjectKey.require(key)) == null ? 0 : 1;
    }
  }

  @Override
  public synchronized List<Move> move(List<Move> moves) {
    var lost = new ArrayList<Move>();
    for (Move move : moves) {
      byte[] source = objects.get(ObjectKey.require(move.from()));
      byte[] target = objects.get(ObjectKey.require(move.to()));
      if (source == null && target == null) {
        lost.add(move);
      } else if (source != null && target != null && !Arrays.equals(source, target)) {
        throw MillraceException.lasting(Category.TARGET, "another object stands at " + move.to());
      } else if (source != null) {
        objects.put(move.to(), source);
        objects.remove(move.from());
        changes++;
      }
    }
    return lost;
  }

  /** An object that is being staged can be seen, empty. */
  @Override
  public StagedStream stage(String key) {
    overwrite(key, new byte[0]);
    var bytes = new ByteArrayOutputStream();
    return new StagedStream() {
      @Override
      protected void put(byte[] from, int offset, int length) {
        bytes.write(from, offset, length);
      }

      @Override
      protected void complete() {
        overwrite(key, bytes.toByteArray());
      }

      @Override
      protected void discard() {
        delete(List.of(key));
      }
    };
  }

  @Override
  public void requireWritable() {}

  @Override
  public Duration longestRequest() {
    return longestRequest;
  }

  @Override
  public String location(String key) {
    return "memory:" + ObjectKey.require(key);
  }
}
