package io.millrace.runtime.connect;

import io.millrace.core.options.ByteSize;
import io.millrace.runtime.config.SourceSpec;

/**
 * How large a source's records get, and what producer and topic must allow for it.
 *
 * @param valueBytes the largest record value
 */
record RecordLimit(long valueBytes) {
  private static final String OPTION = "batch_bytes";
  private static final ByteSize USUAL = ByteSize.parse("900k");

  /** Key, headers and the framing of the record and its Kafka batch. */
  private static final long AROUND_A_VALUE = 4 << 10;

  /** What a stock broker takes. */
  private static final long STOCK_TOPIC = 1_048_588;

  /** The limit that a source's options set, if they do. */
  static RecordLimit of(SourceSpec<?> source) {
    return new RecordLimit(source.given().text(OPTION).map(ByteSize::parse).orElse(USUAL).bytes());
  }

  /**
   * A record larger than the producer's batch size bypasses its buffer pool and becomes a new array
   * each time, so a batch has room for the largest record and a little more.
   */
  long batchBytes() {
    return valueBytes + 2 * AROUND_A_VALUE;
  }

  /** Kafka's limit for one batch in the topic. */
  long topicBytes() {
    return Math.max(STOCK_TOPIC, batchBytes());
  }

  /** The limit of a topic for copies of records, with a few more headers each. */
  long letterBytes() {
    return topicBytes() + AROUND_A_VALUE;
  }

  /** Whether a topic takes the records only if it is told to. */
  boolean needsMoreThanStock() {
    return topicBytes() > STOCK_TOPIC;
  }
}
