package io.millrace.runtime.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.StreamId;
import io.millrace.core.ledger.LogPosition;
import io.millrace.runtime.lane.LaneWorker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommitsTest {
  private static final TopicPartition PLACE = new TopicPartition("trips.rides", 0);

  private final MemoryLedger ledger = new MemoryLedger();
  private final AnsweringConsumer consumer = new AnsweringConsumer();
  private final Settler settler =
      new Settler(
          Executors.newSingleThreadScheduledExecutor(new DaemonThreads("test")),
          ledger,
          InstantSource.system(),
          SinkEvents.NONE,
          new Failures(SinkEvents.NONE),
          (plan, state) -> {});
  private final Lanes lanes =
      new Lanes(
          consumer,
          topics -> Map.of(PLACE.topic(), "id"),
          ledger,
          new Retries(Duration.ZERO, SinkEvents.NONE),
          topic -> new StreamId("trips", "rides"),
          (place, stream) ->
              new UnitLane(
                  place, stream, new LaneWorker(Duration.ofHours(1)), null, letters(place)));
  private final Commits commits = new Commits(consumer, lanes, settler);

  /** Takes every commit; its answers get lost when told so, and name no offsets then. */
  private static final class AnsweringConsumer extends MockConsumer<byte[], byte[]> {
    private final List<Long> taken = new ArrayList<>();
    private boolean losesAnswers;

    AnsweringConsumer() {
      super("earliest");
    }

    @Override
    public synchronized void commitAsync(
        Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
      taken.add(offsets.get(PLACE).offset());
      super.commitAsync(
          offsets,
          (committed, failure) -> {
            if (losesAnswers) {
              callback.onComplete(null, new TimeoutException("no answer"));
            } else {
              callback.onComplete(committed, failure);
            }
          });
    }
  }

  @BeforeEach
  void assign() {
    consumer.updateBeginningOffsets(Map.of(PLACE, 0L));
    consumer.assign(List.of(PLACE));
    lanes.onPartitionsAssigned(List.of(PLACE));
  }

  @AfterEach
  void stop() {
    settler.stop(Duration.ofSeconds(10));
  }

  @Test
  void anOffsetIsSentOnceAndLeftAsAHint() {
    commits.send();
    lanes.get(PLACE).passed(10);
    commits.send();
    commits.send();
    assertThat(consumer.taken).containsExactly(10L);
    settler.stop(Duration.ofSeconds(10));
    assertThat(ledger.hint("id", 0)).contains(new LogPosition("id", 0, 10));
  }

  /** Kafka took the offsets, and nobody said so. */
  @Test
  void anOffsetWhoseAnswerWasLostIsSentAgain() {
    lanes.get(PLACE).passed(10);
    consumer.losesAnswers = true;
    commits.send();
    commits.send();
    consumer.losesAnswers = false;
    commits.send();
    commits.send();
    assertThat(consumer.taken).containsExactly(10L, 10L, 10L);
  }

  /** Another may have committed less meanwhile. */
  @Test
  void aLaneThatComesBackSendsItsOffsetAgain() {
    lanes.get(PLACE).passed(10);
    commits.send();
    lanes.onPartitionsRevoked(List.of(PLACE));
    commits.send();
    lanes.onPartitionsAssigned(List.of(PLACE));
    lanes.get(PLACE).passed(10);
    commits.send();
    assertThat(consumer.taken).containsExactly(10L, 10L);
  }

  private static LaneLetters letters(LanePlace place) {
    return new LaneLetters(
        place, new Inbox(), (where, offset, reason, wanted, written) -> {}, SinkEvents.NONE);
  }
}
