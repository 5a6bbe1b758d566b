package io.millrace.core.stage;

import io.millrace.core.Unit;
import io.millrace.core.change.Cut;
import io.millrace.core.change.CutLimits;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.Staged;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;

/** An open target: stages units, and remembers in its ledger which it has loaded. Thread-safe. */
public interface Sink extends AutoCloseable {
  /** What the target says was loaded. */
  Ledger ledger();

  /** Begins one staging try of a complete attempt; the session is used by one thread at a time. */
  SinkSession begin(Unit unit, Schema schema);

  /** Begins one staging try of a cut of changes; as {@link #begin(Unit, Schema)}. */
  SinkSession begin(Cut cut, Schema schema);

  /** When changes are cut. */
  CutLimits cutLimits();

  /** Heap in bytes that one session holds at most, vectors aside. */
  long sessionMemory();

  /** Deletes what a lost staging try left; does nothing where it is gone. */
  void discard(Staged staged);

  /** Counts the rows of a published head anew, from its files themselves. */
  long countRows(RunHead head);

  /**
   * Whether readers see tables as they are now. Such a sink takes batches as they come from the
   * log: the transforms are its {@link #mirror}'s.
   */
  default boolean isMirror() {
    return false;
  }

  /** What keeps the tables; empty if the sink only appends. */
  default Optional<Mirror> mirror(MirrorContext context) {
    return Optional.empty();
  }

  /** Heap in bytes that the mirror holds at most, besides what grows with the changes. */
  default long mirrorMemory() {
    return 0;
  }

  /** A short text that changes when settings change what the same batches become. */
  String fingerprint();

  @Override
  void close();
}
