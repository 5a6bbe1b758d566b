/**
 * The command line.
 *
 * <p>{@link io.millrace.runtime.cli.Main} registers the commands and turns what happened into an
 * exit code: 0 done, 1 failed, 2 bad usage or configuration, 130 interrupted. Each command is a
 * thin class that reads its arguments, asks another package and prints. Rule: results go to
 * standard output and nothing else does; messages go to standard error.
 */
package io.millrace.runtime.cli;
