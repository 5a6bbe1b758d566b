package io.millrace.runtime;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Producers of records as connectors write them: one request in flight. With several, a broker that
 * does not lead a new topic yet may refuse the first and take the next, and the first never
 * arrives.
 */
public final class TestProducer {
  private TestProducer() {}

  /** One with these settings of a client. */
  public static KafkaProducer<byte[], byte[]> of(Map<String, Object> client) {
    var settings = new HashMap<>(client);
    settings.put("max.in.flight.requests.per.connection", 1);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
