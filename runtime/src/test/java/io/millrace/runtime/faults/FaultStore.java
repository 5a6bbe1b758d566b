package io.millrace.runtime.faults;

import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.StagedStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A store whose every effect is a {@link FaultPoints} by what is done to which kind of object. What
 * has several effects is taken apart, so that a process may end between two of them.
 */
final class FaultStore implements ObjectStore {
  private final ObjectStore store;

  FaultStore(ObjectStore store) {
    this.store = store;
  }

  /** What an object is to the ledger. */
  private static String kind(String key) {
    String[] segments = key.split("/", -1);
    if (!segments[0].equals("_millrace")) {
      return "published file";
    }
    String name = segments[segments.length - 1];
    return switch (segments[3]) {
      case "ledger.json" -> "identity";
      case "open" -> "open entry";
      case "units" -> "marker";
      case "hints" -> "hint";
      case "staging" -> "staged file";
      case "runs" ->
          name.endsWith(".published")
              ? "published note"
              : name.endsWith(".removed") ? "removed note" : "head";
      default -> segments[3];
    };
  }

  private interface Effect<T> {
    T have();
  }

  private static <T> T effect(String name, Effect<T> effect) {
    FaultPoints.before(name);
    T result = effect.have();
    FaultPoints.after(name);
    return result;
  }

  private static void effect(String name, Runnable effect) {
    effect(
        name,
        () -> {
          effect.run();
          return name;
        });
  }

  @Override
  public Creation createIfAbsent(String key, byte[] content) {
    return effect("create " + kind(key), () -> store.createIfAbsent(key, content));
  }

  @Override
  public Optional<byte[]> read(String key) {
    return store.read(key);
  }

  @Override
  public InputStream open(String key) {
    return store.open(key);
  }

  @Override
  public byte[] tail(String key, int length) {
    return store.tail(key, length);
  }

  @Override
  public void overwrite(String key, byte[] content) {
    effect("overwrite " + kind(key), () -> store.overwrite(key, content));
  }

  @Override
  public List<String> list(String folder) {
    return store.list(folder);
  }

  @Override
  public void sweep(String folder) {
    String[] segments = folder.split("/", -1);
    effect("sweep " + segments[3], () -> store.sweep(folder));
  }

  @Override
  public void delete(Collection<String> keys) {
    for (String key : keys) {
      if (store.read(key).isPresent()) {
        effect("delete " + kind(key), () -> store.delete(List.of(key)));
      }
    }
  }

  @Override
  public List<Move> move(List<Move> moves) {
    var lost = new ArrayList<Move>();
    for (Move move : moves) {
      if (store.read(move.from()).isPresent()) {
        lost.addAll(effect("move staged file", () -> store.move(List.of(move))));
      } else {
        lost.addAll(store.move(List.of(move)));
      }
    }
    return lost;
  }

  @Override
  public StagedStream stage(String key) {
    StagedStream stream = effect("stage", () -> store.stage(key));
    return new StagedStream() {
      @Override
      protected void put(byte[] bytes, int offset, int length) {
        effect("write staged file", () -> stream.write(bytes, offset, length));
      }

      @Override
      protected void complete() {
        effect("finish staged file", stream::finish);
      }

      @Override
      protected void discard() {
        effect("discard staged file", stream::close);
      }
    };
  }

  @Override
  public void requireWritable() {
    store.requireWritable();
  }

  @Override
  public void requireCreateIfAbsent(String folder) {
    store.requireCreateIfAbsent(folder);
  }

  /**
   * No request of a process that ends in these tests is still on its way to a server afterwards.
   */
  @Override
  public Duration longestRequest() {
    return Duration.ZERO;
  }

  @Override
  public String location(String key) {
    return store.location(key);
  }
}
