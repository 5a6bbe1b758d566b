package io.millrace.runtime.connect;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.window.RunRange;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.faults.FaultBroker;
import io.millrace.runtime.faults.TcpProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A producer that Connect sets up as the connector asks. */
class ConnectorProducerIT {
  private static final String OVERRIDE = "producer.override.";
  private static final int BATCHES = 12;
  private static final int BATCH_BYTES = 500_000;
  private static final String TOPIC = "late";

  @TempDir private Path folder;

  @Test
  void batchesBehindOneThatWasRefusedDoNotOvertakeIt() throws Exception {
    int direct = FaultBroker.freePort();
    try (var proxy = new TcpProxy();
        var kafka =
            EmbeddedKafka.start(
                folder.resolve("kafka"), direct, FaultBroker.listenersBehind(proxy, direct));
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        var producer = producer("127.0.0.1:" + proxy.port())) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
      // Refused with an error that passes, as by a broker that does not lead the partition yet.
      proxy.become(TcpProxy.Weather.DAMAGING);
      List<Future<RecordMetadata>> sent =
          IntStream.range(0, BATCHES).mapToObj(k -> producer.send(batch())).toList();

      for (int k = 0; k < BATCHES; k++) {
        assertThat(sent.get(k)).succeedsWithin(PATIENCE).returns((long) k, RecordMetadata::offset);
      }
      assertThat(refusals(producer)).isPositive();
    }
  }

  private KafkaProducer<byte[], byte[]> producer(String servers) throws IOException {
    var settings = new HashMap<String, Object>();
    ConnectorConfig.of(
            Pipelines.reading(folder, "late", "tables: a"), "k3f9", new RunRange.Continuous())
        .properties()
        .forEach(
            (key, value) -> {
              if (key.startsWith(OVERRIDE)) {
                settings.put(key.substring(OVERRIDE.length()), value);
              }
            });
    settings.put("bootstrap.servers", servers);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static double refusals(KafkaProducer<?, ?> producer) {
    return producer.metrics().entrySet().stream()
        .filter(each -> each.getKey().name().equals("record-retry-total"))
        .mapToDouble(each -> (double) each.getValue().metricValue())
        .sum();
  }

  private static ProducerRecord<byte[], byte[]> batch() {
    return new ProducerRecord<>(TOPIC, 0, null, new byte[BATCH_BYTES]);
  }
}
