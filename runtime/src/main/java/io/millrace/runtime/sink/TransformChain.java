package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.Transform;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** The transforms of a pipeline, in order. Thread-safe; what it opens is used by one thread. */
public interface TransformChain {
  /** Leaves batches as they are. */
  TransformChain NONE =
      new TransformChain() {
        @Override
        public List<Transform> open(Schema input) {
          return List.of();
        }

        @Override
        public String fingerprint() {
          return "";
        }
      };

  /**
   * The transforms for batches of this schema; each takes what the one before it gives.
   *
   * @throws MillraceException (CONFIGURATION) if one does not fit
   */
  List<Transform> open(Schema input);

  /** A short text that changes when settings change what the same batch becomes. */
  String fingerprint();

  /** The same for what the sink makes of their output. */
  default String fingerprint(Sink sink) {
    String own = fingerprint();
    return own.isEmpty() ? sink.fingerprint() : own + "-" + sink.fingerprint();
  }
}
