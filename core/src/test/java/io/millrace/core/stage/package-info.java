/**
 * The contract suites: what every transform, sink and source has to keep. An implementation extends
 * the suite and says how it is opened; what the suite then demands is the contract, in sentences.
 *
 * <p>{@link io.millrace.core.stage.SampleRows} has rows of every type, {@link
 * io.millrace.core.stage.MemorySink} is a sink without a target. Rule: nothing here needs more than
 * core, JUnit and AssertJ.
 */
package io.millrace.core.stage;
