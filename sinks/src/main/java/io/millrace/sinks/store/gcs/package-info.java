/**
 * Objects in Google Cloud Storage.
 *
 * <p>{@link io.millrace.sinks.store.gcs.GcsStore} is the store, {@link
 * io.millrace.sinks.store.gcs.GcsOptions} what one says of it, {@link
 * io.millrace.sinks.store.gcs.GcsFailure} what went wrong. Rule: what must not be overwritten is
 * created under the condition that nothing of its name is there.
 */
package io.millrace.sinks.store.gcs;
