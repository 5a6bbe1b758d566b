package io.millrace.runtime.faults;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Every commit of offsets that the broker has answered is a {@link FaultPoints}. Before it is sent
 * nobody is asked; a process that is halted after the marker before it is in the same state.
 */
public final class CommitPoint implements ConsumerInterceptor<byte[], byte[]> {
  static final String EFFECT = "commit offsets";

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    FaultPoints.after(EFFECT);
  }

  @Override
  public void configure(Map<String, ?> settings) {
    // nothing to configure
  }

  @Override
  public void close() {
    // nothing is held
  }
}
