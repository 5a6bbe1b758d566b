package io.millrace.sinks.ledger;

import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.StagedStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A store that asks before each single effect whether it may have it. */
public class SteppedStore implements ObjectStore {
  /** Who says when, and what goes wrong. */
  public interface Turn {
    /** Returns when the next effect may be had; throws where the process dies instead. */
    void take();

    /** The same, before a call that only looks. */
    default void takeToLook() {
      take();
    }

    /** The same, for the effect of a copy whose source was read: it may come after the death. */
    default void takeToLand(String key, byte[] content) {
      take();
    }

    /** Whether the store says what became of a creation. */
    default boolean answers() {
      return true;
    }
  }

  private final ObjectStore store;
  private final Turn turn;

  /** Asks {@code turn} first, whatever is asked of {@code store}. */
  public SteppedStore(ObjectStore store, Turn turn) {
    this.store = store;
    this.turn = turn;
  }

  @Override
  public Creation createIfAbsent(String key, byte[] content) {
    turn.take();
    if (turn.answers()) {
      return store.createIfAbsent(key, content);
    } else if (turn.answers()) {
      store.createIfAbsent(key, content);
    }
    return Creation.UNKNOWN;
  }

  @Override
  public Optional<byte[]> read(String key) {
    turn.takeToLook();
    return store.read(key);
  }

  @Override
  public InputStream open(String key) {
    turn.takeToLook();
    return store.open(key);
  }

  @Override
  public byte[] tail(String key, int length) {
    turn.takeToLook();
    return store.tail(key, length);
  }

  @Override
  public void overwrite(String key, byte[] content) {
    turn.take();
    store.overwrite(key, content);
  }

  @Override
  public List<String> list(String folder) {
    turn.takeToLook();
    return store.list(folder);
  }

  @Override
  public void sweep(String folder) {
    turn.take();
    store.sweep(folder);
  }

  @Override
  public void delete(Collection<String> keys) {
    for (String key : keys) {
      turn.take();
      store.delete(List.of(key));
    }
  }

  /** A server-side copy and a deletion: each a step of its own, and the copy takes its time. */
  @Override
  public List<Move> move(List<Move> moves) {
    var lost = new ArrayList<Move>();
    for (Move move : moves) {
      turn.takeToLook();
      Optional<byte[]> source = store.read(move.from());
      if (store.read(move.to()).isEmpty()) {
        if (source.isEmpty()) {
          lost.add(move);
          continue;
        }
        turn.takeToLand(move.to(), source.get());
        store.overwrite(move.to(), source.get());
      }
      turn.take();
      store.delete(List.of(move.from()));
    }
    return lost;
  }

  @Override
  public StagedStream stage(String key) {
    turn.take();
    StagedStream stream = store.stage(key);
    return new StagedStream() {
      @Override
      protected void put(byte[] bytes, int offset, int length) {
        stream.write(bytes, offset, length);
      }

      @Override
      protected void complete() {
        turn.take();
        stream.finish();
      }

      @Override
      protected void discard() {
        // a process that died takes nothing away
      }
    };
  }

  @Override
  public void requireWritable() {
    store.requireWritable();
  }

  @Override
  public Duration longestRequest() {
    return store.longestRequest();
  }

  @Override
  public String location(String key) {
    return store.location(key);
  }
}
