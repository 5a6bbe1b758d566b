/**
 * One YAML file becomes a {@link io.millrace.runtime.config.Pipeline}.
 *
 * <p>{@link io.millrace.runtime.config.PipelineFile} reads it: texts with positions come out of
 * YAML, references to secrets are resolved, stages are found by their {@code type:}, and core's
 * options reader makes their records. Rule: whatever is wrong is a {@link
 * io.millrace.runtime.config.Finding} with line and column, all of them at once, and no finding
 * ever shows a secret.
 */
package io.millrace.runtime.config;
