package io.millrace.runtime.cli;

import io.millrace.runtime.config.StageTypes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * Where a command runs.
 *
 * @param folder where relative paths of data start
 * @param environment the environment's variables
 * @param types what pipelines can name
 * @param clock the time
 * @param out for results
 * @param err for messages
 */
public record Surroundings(
    Path folder,
    Map<String, String> environment,
    StageTypes types,
    InstantSource clock,
    PrintWriter out,
    PrintWriter err) {}
