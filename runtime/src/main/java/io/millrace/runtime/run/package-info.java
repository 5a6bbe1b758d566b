/**
 * {@code millrace run}: a whole pipeline in one process, from the source's connector to published
 * files.
 *
 * <p>{@link io.millrace.runtime.run.LocalServices} starts what the pipeline's file leaves out,
 * {@link io.millrace.runtime.run.PipelineRun} wires source and sinks together and waits until every
 * sink's ledger has the head of what was asked for. Rule: this is the only package that knows the
 * embedded servers, and the only one that puts a pipeline together.
 */
package io.millrace.runtime.run;
