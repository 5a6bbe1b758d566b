/**
 * Where bytes lie: named objects below one root, with one primitive, create if absent.
 *
 * <p>{@link io.millrace.sinks.store.ObjectStore} is the contract (its test suite is {@code
 * ObjectStoreContract}), {@link io.millrace.sinks.store.LocalStore} keeps it on a disk, {@code
 * store.s3} and {@code store.gcs} in a bucket. Bytes come in as small documents or through a {@link
 * io.millrace.sinks.store.StagedStream}. Rule: every answer is yes, no or unknown, and what a call
 * says was done survives a power cut.
 */
package io.millrace.sinks.store;
