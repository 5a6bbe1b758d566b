package io.millrace.runtime.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.StreamId;
import io.millrace.core.ledger.LogPosition;
import io.millrace.runtime.lane.LaneWorker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LanesTest {
  private static final String TOPIC = "trips.rides";
  private static final long LOG_START = 2;

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final MemoryLedger ledger = new MemoryLedger();
  private final Lanes lanes =
      new Lanes(
          consumer,
          topics -> topics.stream().collect(Collectors.toMap(topic -> topic, topic -> "id")),
          ledger,
          new Retries(Duration.ZERO, SinkEvents.NONE),
          topic -> new StreamId("trips", "rides"),
          (place, stream) ->
              new UnitLane(
                  place, stream, new LaneWorker(Duration.ofHours(1)), null, letters(place)));

  private static TopicPartition partition(int number) {
    return new TopicPartition(TOPIC, number);
  }

  /** The group's offsets by TopicPartition; all of these are assigned. */
  private void assign(Map<Integer, Long> committed) {
    List<TopicPartition> all = committed.keySet().stream().map(LanesTest::partition).toList();
    var starts = new HashMap<TopicPartition, Long>();
    all.forEach(partition -> starts.put(partition, LOG_START));
    consumer.updateBeginningOffsets(starts);
    consumer.assign(all);
    committed.forEach(
        (number, offset) ->
            consumer.commitSync(Map.of(partition(number), new OffsetAndMetadata(offset))));
    lanes.onPartitionsAssigned(all);
  }

  @Test
  void beginAtTheLowerOfGroupOffsetAndHint() {
    ledger.hint(new LogPosition("id", 0, 10));
    ledger.hint(new LogPosition("id", 1, 30));
    assign(Map.of(0, 20L, 1, 20L));
    assertThat(consumer.position(partition(0))).isEqualTo(10);
    assertThat(consumer.position(partition(1))).isEqualTo(20);
  }

  @Test
  void beginAtTheLogsStartWithoutAHintOfThisTopicId() {
    ledger.hint(new LogPosition("another", 0, 20));
    assign(Map.of(0, 20L));
    assertThat(consumer.position(partition(0))).isEqualTo(LOG_START);
  }

  @Test
  void beginAnewWhenTheirTopicWasMadeAnew() {
    ledger.hint(new LogPosition("id", 0, 20));
    assign(Map.of(0, 20L));
    Lane before = lanes.get(partition(0));

    lanes.identified(TOPIC, "id");
    assertThat(lanes.get(partition(0))).isSameAs(before);
    assertThat(consumer.position(partition(0))).isEqualTo(20);

    lanes.identified(TOPIC, "id2");
    assertThat(lanes.get(partition(0)).place()).isEqualTo(new LanePlace(TOPIC, "id2", 0));
    assertThat(consumer.position(partition(0))).isEqualTo(LOG_START);
  }

  private static LaneLetters letters(LanePlace place) {
    return new LaneLetters(
        place, new Inbox(), (where, offset, reason, wanted, written) -> {}, SinkEvents.NONE);
  }
}
