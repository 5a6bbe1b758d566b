package io.millrace.core.stage;

import io.millrace.core.window.RunRange;
import io.millrace.core.window.WindowOptions;
import java.util.Optional;

/**
 * What a source's connector is asked for besides its options.
 *
 * @param pipeline the pipeline's name
 * @param id names the request: once it is fulfilled nothing is read until another one comes
 * @param windowsOrNull how runs are made; null for one run of the whole table
 * @param range which windows are asked for
 */
public record SourceRequest(
    String pipeline, String id, WindowOptions windowsOrNull, RunRange range) {
  /** How runs are made; nothing for one run of the whole table. */
  public Optional<WindowOptions> windows() {
    return Optional.ofNullable(windowsOrNull);
  }
}
