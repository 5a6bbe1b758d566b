/**
 * The wire: what one Kafka record of a bounded stream holds, described for other readers in
 * docs/wire-format.md.
 *
 * <p>A {@link io.millrace.core.wire.BatchHeader} goes through {@link
 * io.millrace.core.wire.HeaderCodec}, a batch of vectors through {@link
 * io.millrace.core.wire.ArrowCodec}. Rule: golden files hold both still; what reads them refuses
 * what it does not know, naming the header and the value.
 */
package io.millrace.core.wire;
