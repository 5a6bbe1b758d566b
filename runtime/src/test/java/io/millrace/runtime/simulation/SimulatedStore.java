package io.millrace.runtime.simulation;

import io.millrace.core.MillraceException;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.StagedStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The store as one process sees it: calls are refused, unanswered or have their effect late; before
 * and after each of them others may go on, or the process dies. Every effect is looked at.
 */
final class SimulatedStore implements ObjectStore {
  /** What becomes of a call. */
  enum Answer {
    YES,
    /** No effect, and the caller hears so. */
    REFUSED,
    /** The effect, and the caller does not hear of it. */
    UNANSWERED,
    /** The effect comes later, within the longest request. */
    LATE
  }

  private final World world;
  private final SimulatedProcess process;
  private final ObjectStore shared;

  SimulatedStore(World world, SimulatedProcess process) {
    this.world = world;
    this.process = process;
    this.shared = world.store();
  }

  private void effect(String key, Runnable effect) {
    process.calls(key);
    Answer answer = world.answer(process, key);
    have(answer, key, effect);
    if (answer != Answer.YES) {
      throw noAnswer(key);
    }
    process.called();
  }

  /** The effect takes place now, later or never. */
  private void have(Answer answer, String key, Runnable effect) {
    Runnable seen =
        () -> {
          effect.run();
          world.invariants().changed(key);
        };
    if (answer == Answer.LATE) {
      world.later(seen);
    } else if (answer != Answer.REFUSED) {
      seen.run();
    }
  }

  private static MillraceException noAnswer(String key) {
    return MillraceException.passing(
        MillraceException.Category.TARGET, "The store does not answer for " + key, null);
  }

  private void look(String key) {
    process.calls(key);
    if (world.refusesToShow(process, key)) {
      throw noAnswer(key);
    }
  }

  @Override
  public Creation createIfAbsent(String key, byte[] content) {
    process.calls(key);
    Answer answer = world.answer(process, key);
    var created = new Creation[] {Creation.UNKNOWN};
    have(answer, key, () -> created[0] = shared.createIfAbsent(key, content));
    process.called();
    return answer == Answer.YES ? created[0] : Creation.UNKNOWN;
  }

  @Override
  public Optional<byte[]> read(String key) {
    look(key);
    return shared.read(key);
  }

  @Override
  public InputStream open(String key) {
    look(key);
    return shared.open(key);
  }

  @Override
  public byte[] tail(String key, int length) {
    look(key);
    return shared.tail(key, length);
  }

  @Override
  public void overwrite(String key, byte[] content) {
    effect(key, () -> shared.overwrite(key, content));
  }

  @Override
  public List<String> list(String folder) {
    look(folder);
    return shared.list(folder);
  }

  @Override
  public void sweep(String folder) {
    process.calls(folder);
    shared.sweep(folder);
  }

  @Override
  public void delete(Collection<String> keys) {
    keys.forEach(key -> effect(key, () -> shared.delete(List.of(key))));
  }

  /** In trouble a server-side copy and a deletion, each of them a call of its own. */
  @Override
  public List<Move> move(List<Move> moves) {
    if (world.isCalm()) {
      moves.forEach(move -> process.calls(move.from()));
      List<Move> lost = shared.move(moves);
      moves.forEach(move -> world.invariants().changed(move.to()));
      return lost;
    }
    var lost = new ArrayList<Move>();
    for (Move move : moves) {
      Optional<byte[]> source = read(move.from());
      if (read(move.to()).isEmpty()) {
        if (source.isEmpty()) {
          lost.add(move);
          continue;
        }
        effect(move.to(), () -> shared.overwrite(move.to(), source.get()));
      }
      delete(List.of(move.from()));
    }
    return lost;
  }

  @Override
  public StagedStream stage(String key) {
    process.calls(key);
    StagedStream stream = shared.stage(key);
    return new StagedStream() {
      @Override
      protected void put(byte[] bytes, int offset, int length) {
        stream.write(bytes, offset, length);
      }

      @Override
      protected void complete() {
        effect(key, stream::finish);
      }

      @Override
      protected void discard() {
        process.calls(key);
        stream.close();
        world.invariants().changed(key);
      }
    };
  }

  @Override
  public void requireWritable() {
    shared.requireWritable();
  }

  @Override
  public Duration longestRequest() {
    return shared.longestRequest();
  }

  @Override
  public String location(String key) {
    return shared.location(key);
  }
}
