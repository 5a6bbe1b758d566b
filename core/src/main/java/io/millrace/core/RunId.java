package io.millrace.core;

/**
 * A RunInstance: the coarsest division of a stream, e.g. one day of {@code pickup_at} or one full
 * snapshot. Readers see a run whole or not at all; reading it again replaces it.
 *
 * @param value any text without control characters, e.g. {@code snapshot} or {@code 2026-11-19}
 */
public record RunId(String value) {
  /** The run of a table that is read as a whole. */
  public static final RunId SNAPSHOT = new RunId("snapshot");

  public RunId {
    Texts.requirePrintable("a run's id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
