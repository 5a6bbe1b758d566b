package io.millrace.runtime.config;

import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceType;
import java.util.List;
import java.util.Map;

/**
 * What a pipeline reads.
 *
 * @param type the kind of source
 * @param given its options
 */
public record SourceSpec<O extends Record>(SourceType<O> type, Given<O> given) {
  /** The streams' names, without asking the source. */
  public List<String> streams() {
    return given.section().located(() -> type.streams(given.options()));
  }

  /** Asks the source what it would publish; an error tells the file's line where it can. */
  public List<SourceTable> describe() {
    return given.section().located(() -> type.describe(given.options()));
  }

  /** The same source with some options given otherwise, as if the file said so. */
  public SourceSpec<O> with(Map<String, String> more) {
    return new SourceSpec<>(type, given.with(more));
  }
}
