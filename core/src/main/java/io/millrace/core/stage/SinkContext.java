package io.millrace.core.stage;

import io.millrace.core.Nonces;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Whom a sink works for.
 *
 * @param pipeline the pipeline's name
 * @param sink the sink's name
 * @param layout how the pipeline's streams are divided into runs, in one line; {@link #SNAPSHOT} if
 *     each is one run
 * @param cluster id of the Kafka cluster whose topics are loaded; empty where a ledger that exists
 *     is worked on without Kafka, and where a target is checked before there is a cluster
 * @param folder where relative paths start
 * @param nonces where writer nonces come from
 * @param clock the time
 */
public record SinkContext(
    String pipeline,
    String sink,
    String layout,
    String cluster,
    Path folder,
    Nonces nonces,
    InstantSource clock) {
  /** The layout of streams that are read as a whole. */
  public static final String SNAPSHOT = "snapshot";
}
