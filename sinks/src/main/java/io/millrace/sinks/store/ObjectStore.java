package io.millrace.sinks.store;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Named objects below one root. Keys are relative to it, with {@code /} between their segments (see
 * {@link ObjectKey}). Thread-safe; any number of processes may use the same root.
 *
 * <p>All methods throw {@link MillraceException} (TARGET) naming the place, the reason and what to
 * do. After one the outcome is unknown: every method may be called again with the same arguments.
 */
public interface ObjectStore {
  /** What the store says of a creation. */
  enum Creation {
    /** It stands, and is durable. */
    CREATED,
    /** Something stood there before; perhaps an earlier, hidden try of the same call. */
    EXISTS,
    /** The store did not say: it may stand, or come to stand later. */
    UNKNOWN
  }

  /** One object to get another name. */
  record Move(String from, String to) {}

  /** Creates a small object unless its name is taken. */
  Creation createIfAbsent(String key, byte[] content);

  /**
   * Creates a small object unless its name is taken, and says what stands there now: a definite
   * answer whatever the store says. Content that holds a nonce shows its writer its own success.
   */
  default byte[] claim(String key, byte[] content) {
    for (int tries = 0; tries < 5; tries++) {
      if (createIfAbsent(key, content) == Creation.CREATED) {
        return content;
      }
      Optional<byte[]> standing = read(key);
      if (standing.isPresent()) {
        return standing.get();
      }
    }
    throw MillraceException.passing(
        Category.TARGET,
        "Cannot create %s: the store neither creates it nor shows it; try again"
            .formatted(location(key)),
        null);
  }

  /** The object's bytes, if there is one. */
  Optional<byte[]> read(String key);

  /** The last bytes of an object, all of them if it has fewer. */
  byte[] tail(String key, int length);

  /**
   * The object's bytes from the beginning, for large ones; whoever opened it closes it. Reading
   * throws IOException where the store fails in the middle.
   *
   * @throws MillraceException (TARGET) also if there is no such object
   */
  InputStream open(String key);

  /** Creates or replaces a small object; readers see the old one or the new one. */
  void overwrite(String key, byte[] content);

  /** The keys of all objects below a folder ({@code a/b} has {@code a/b/c/d}), sorted. */
  List<String> list(String folder);

  /**
   * Takes away, below a folder, what is no object yet: the halves that a process left when it died
   * creating or staging. One that lives, and is so disturbed, begins again or fails.
   */
  void sweep(String folder);

  /** Deletes the objects that are there. */
  void delete(Collection<String> keys);

  /**
   * Begins a large object under a name nobody else writes. Others may see it, in part, before it is
   * finished; a process that dies may leave it in part.
   */
  StagedStream stage(String key);

  /** Heap in bytes that one staged stream holds at most. */
  default int streamMemory() {
    return 1 << 20;
  }

  /**
   * Gives objects their final names. An object that has it already is left alone, as is what a
   * crash left half moved; nothing is ever overwritten.
   *
   * @return the moves whose object is under neither name
   * @throws MillraceException (TARGET) also if another object has the final name
   */
  List<Move> move(List<Move> moves);

  /**
   * Asks whether objects can be created here, writing nothing.
   *
   * @throws MillraceException (TARGET) if not
   */
  void requireWritable();

  /**
   * Proves, by an object below a folder that is gone afterwards, that {@link #createIfAbsent} keeps
   * its promise here. A store whose code decides that has nothing to prove.
   *
   * @throws MillraceException (TARGET) if it does not
   */
  default void requireCreateIfAbsent(String folder) {}

  /** How long a call that was given up may still take effect; zero if it cannot. */
  Duration longestRequest();

  /** The absolute path or URL of an object, as readers and errors name it. */
  String location(String key);
}
