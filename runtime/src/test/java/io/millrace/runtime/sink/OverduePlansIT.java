package io.millrace.runtime.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.sink.TestGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Plans that lack units for park_after are read from the log once more, and then held. */
class OverduePlansIT {
  private static final Duration PARK_AFTER = Duration.ofSeconds(2);

  @TempDir static Path folder;
  private static EmbeddedKafka kafka;

  @TempDir Path scratch;
  private TestGroup group;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void createTopic(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    group = new TestGroup(kafka.bootstrapServers(), name, Map.of(), scratch);
    group.createTopic().parkingAfter(PARK_AFTER);
  }

  @AfterEach
  void close() {
    group.close();
  }

  /** As when TopicPartitions are added while a unit is sent: no lane has all of it. */
  @Test
  void aUnitSplitOverTwoLanesIsLoadedAsAWhole() {
    Member member = group.join().withLanes(TestGroup.LANES);
    List<TestAttempt> plan = group.plan(1, 2);
    group.send(plan.get(0).records());
    TestAttempt split = plan.get(1);
    group.send(split.records().subList(0, 5));
    group.send(
        split.records().subList(5, split.records().size()).stream().map(this::moved).toList());

    group.assertLoadedOnce(1, plan);
    assertThat(member.events().of("planReread")).isNotEmpty();
    assertThat(held()).isEmpty();
  }

  private ProducerRecord<byte[], byte[]> moved(ProducerRecord<byte[], byte[]> record) {
    int other = (record.partition() + 1) % TestGroup.LANES;
    return new ProducerRecord<>(
        record.topic(), other, null, record.key(), record.value(), record.headers());
  }

  @Test
  void whatTheLogDoesNotHoldIsHeldAndComesBackWithAnotherAttempt() {
    Member member = group.join().withLanes(TestGroup.LANES);
    List<TestAttempt> plan = group.plan(1, 3);
    group.send(plan.get(0).records());
    group.send(plan.get(1).records().subList(0, 4));

    await().atMost(TestGroup.PATIENCE).until(() -> held().size() == 2);
    assertThat(held())
        .extracting(HeldUnit::partition, HeldUnit::reason)
        .satisfiesExactlyInAnyOrder(
            named -> assertThat(named.toList()).first().isEqualTo("part-1"),
            nameless ->
                assertThat(nameless.toList())
                    .containsExactly("", "2 of its 3 units are not whole in the log"));
    assertThat(member.events().of("held")).isNotEmpty();
    assertThat(member.events().of("loaded")).containsExactly("loaded part-0");

    group.send(group.attempt(1, 3, 1, "again", 1_234).records());
    group.send(plan.get(2).records());
    group.assertLoadedOnce(1, plan);
    assertThat(held()).isEmpty();
  }

  private List<HeldUnit> held() {
    var unit = TestAttempt.unit(group.stream(), 1, "any");
    return group.sink().ledger().held(new PlannedRun(unit.stream(), unit.run(), unit.plan()));
  }
}
