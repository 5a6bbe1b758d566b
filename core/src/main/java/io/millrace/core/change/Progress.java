package io.millrace.core.change;

import io.millrace.core.RunId;
import java.time.Instant;

/**
 * How far the commit times of a stream have come. They do not rise from transaction to transaction,
 * so that it is their maximum so far which tells the RunInstance.
 *
 * @param run the RunInstance that the maximum lies in
 * @param latestCommit the maximum, in whole microseconds
 */
public record Progress(RunId run, Instant latestCommit) {}
