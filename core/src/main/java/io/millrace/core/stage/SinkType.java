package io.millrace.core.stage;

import io.millrace.core.MillraceException;
import io.millrace.core.ledger.LedgerView;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** A kind of target. */
public interface SinkType<O extends Record> extends StageType<O> {
  /**
   * Opens the target, and its ledger for the pipeline.
   *
   * @throws MillraceException (TARGET) if it cannot be written, or holds the ledger of another
   *     cluster or pipeline, or of runs divided in another way
   */
  Sink open(SinkContext context, O options);

  /**
   * Asks whether {@link #open} would succeed, writing nothing.
   *
   * @throws MillraceException as {@link #open}
   */
  void check(SinkContext context, O options);

  /**
   * The ledger as it stands: writes nothing and works without Kafka, so it does not compare the
   * context's cluster. A target that was never written has an empty one.
   *
   * @throws MillraceException (TARGET) if it cannot be read, or is the ledger of another pipeline,
   *     or of runs divided in another way
   */
  LedgerView look(SinkContext context, O options);

  /**
   * Whether readers see tables as they are now, which takes a source that sends snapshots and
   * changes; else what was sent is appended.
   */
  default boolean keepsMirrors(O options) {
    return false;
  }

  /** Whether it loads changes too, and not runs only. */
  default boolean takesChanges() {
    return true;
  }

  /** The target's type of each field of the schema, in order, as its readers would name it. */
  List<String> columnTypes(Schema schema);

  /**
   * The whole schema of what is written for batches of this one, in the target's own notation: that
   * of the files or tables themselves, to the letter.
   *
   * @throws MillraceException (DATA) as a sink's session would, if a field has no such type
   */
  String schemaText(Schema schema);
}
