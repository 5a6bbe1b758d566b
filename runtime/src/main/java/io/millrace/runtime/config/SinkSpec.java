package io.millrace.runtime.config;

import io.millrace.core.ledger.LedgerView;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkType;
import java.util.Map;

/**
 * Where a pipeline's batches go.
 *
 * @param name tells the pipeline's sinks apart
 * @param type the kind of sink
 * @param given its options
 */
public record SinkSpec<O extends Record>(String name, SinkType<O> type, Given<O> given) {
  /** The same kind of sink in another path. */
  public SinkSpec<O> at(String path) {
    return new SinkSpec<>(name, type, given.with(Map.of("path", path)));
  }

  /** Opens the target; an error tells the file's line where it can. */
  public Sink open(SinkContext context) {
    return given.section().located(() -> type.open(context, given.options()));
  }

  /** Whether readers see tables as they are now, and not what was loaded. */
  public boolean keepsMirrors() {
    return type.keepsMirrors(given.options());
  }

  /** Asks whether {@link #open} would succeed, writing nothing. */
  public void check(SinkContext context) {
    given
        .section()
        .located(
            () -> {
              type.check(context, given.options());
              return name;
            });
  }

  /** What the target remembers, without Kafka. */
  public LedgerView look(SinkContext context) {
    return given.section().located(() -> type.look(context, given.options()));
  }
}
