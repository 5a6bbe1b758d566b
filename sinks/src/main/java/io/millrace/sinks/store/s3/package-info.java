/**
 * Objects in S3, and in stores that speak its protocol.
 *
 * <p>{@link io.millrace.sinks.store.s3.S3Store} is the store, {@link
 * io.millrace.sinks.store.s3.S3Options} what one says of it, {@link
 * io.millrace.sinks.store.s3.S3Failure} what went wrong. Rule: a request whose answer was lost is
 * unknown, never no; whoever made it looks.
 */
package io.millrace.sinks.store.s3;
