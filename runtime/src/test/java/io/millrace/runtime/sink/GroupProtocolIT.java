package io.millrace.runtime.sink;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.MillraceException;
import io.millrace.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members of a sink's group come and go, in the classic protocol and in that of KIP-848. */
class GroupProtocolIT {
  private static final int HALF = 6;
  private static final String SHORT = "1500";

  @TempDir static Path folder;
  private static EmbeddedKafka kafka;

  @TempDir Path scratch;
  private TestGroup group;

  @BeforeAll
  static void startKafka() {
    kafka =
        EmbeddedKafka.start(
            folder.resolve("kafka"),
            0,
            Map.of(
                "group.min.session.timeout.ms", "500",
                "group.consumer.min.session.timeout.ms", "500",
                "group.consumer.min.heartbeat.interval.ms", "100",
                "group.consumer.heartbeat.interval.ms", "200"));
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @AfterEach
  void close() {
    group.close();
  }

  private TestGroup group(String test, GroupProtocol protocol) {
    String name = protocol.name().toLowerCase(Locale.ROOT);
    return new TestGroup(
        kafka.bootstrapServers(),
        test + "-" + name,
        protocol == GroupProtocol.CLASSIC
            ? Map.of("group.protocol", name, "heartbeat.interval.ms", 200)
            : Map.of("group.protocol", name),
        scratch);
  }

  /** Members of this group are taken for dead soon. */
  private Map<String, Object> shortSession(GroupProtocol protocol, String instance) {
    if (protocol == GroupProtocol.CLASSIC) {
      return Map.of("group.instance.id", instance, "session.timeout.ms", SHORT);
    }
    group.configure(
        new ConfigResource(ConfigResource.Type.GROUP, group.id()),
        new ConfigEntry("consumer.session.timeout.ms", SHORT),
        AlterConfigOp.OpType.SET);
    return Map.of("group.instance.id", instance);
  }

  @ParameterizedTest
  @EnumSource
  void aThirdMemberTakesOneLaneAndALeaverGivesItsOwn(GroupProtocol protocol) {
    group = group("partial", protocol).createTopic();
    var one = group.join().withLanes(4);
    var two = group.join().withLanes(2);
    one.withLanes(2);
    List<TestAttempt> plan = group.plan(1, 4);
    group.sendHeads(plan, HALF);
    await().atMost(PATIENCE).until(() -> group.recordsRead() == 4 * HALF);
    Set<Integer> before = new HashSet<>(one.lanes());

    var three = group.join().withLanes(1);

    await().atMost(PATIENCE).until(() -> group.recordsRead() == 5 * HALF);
    assertThat(List.of(one.lanes().size(), two.lanes().size())).containsExactlyInAnyOrder(1, 2);
    assertThat(before).containsAll(one.lanes());

    // A group that had to wait for the session time-out would be too late.
    two.leave();
    await()
        .atMost(PATIENCE)
        .until(() -> one.lanes().size() + three.lanes().size() == TestGroup.LANES);
    group.sendTails(plan, HALF);

    group.assertLoadedOnce(1, plan);
    assertThat(group.sink().tries()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource
  void aDeadMembersLanesGoToTheOthers(GroupProtocol protocol) {
    group = group("dead", protocol).createTopic();
    // A static member says no goodbye: to the group it is one that was killed.
    var mortal = group.join(shortSession(protocol, "mortal")).withLanes(4);
    var other = group.join().withLanes(2);
    mortal.withLanes(2);
    List<TestAttempt> plan = group.plan(1, 8);
    group.sendHeads(plan, HALF);
    await().atMost(PATIENCE).until(() -> group.recordsRead() == 8 * HALF);

    mortal.leave();
    group.sendTails(plan, HALF);
    other.withLanes(4);

    group.assertLoadedOnce(1, plan);
    assertThat(group.sink().tries()).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource
  void aStaticMemberComesBackToItsLanes(GroupProtocol protocol) {
    group = group("static", protocol).createTopic();
    var first = group.join(Map.of("group.instance.id", "a")).withLanes(4);
    var other = group.join(Map.of("group.instance.id", "b")).withLanes(2);
    Set<Integer> its = first.withLanes(2).lanes();
    List<TestAttempt> plan = group.plan(1, 4);
    group.sendHeads(plan, HALF);
    await().atMost(PATIENCE).until(() -> group.recordsRead() == 4 * HALF);

    first.leave();
    var again = group.join(Map.of("group.instance.id", "a")).withLanes(2);
    assertThat(again.lanes()).isEqualTo(its);
    group.sendTails(plan, HALF);

    group.assertLoadedOnce(1, plan);
    int records = plan.get(0).records().size();
    assertThat(other.records()).isEqualTo(2L * records);
    assertThat(again.records()).isEqualTo(2L * records);
    assertThat(group.sink().tries()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource
  void oneOfTwoProcessesOfOneNameStops(GroupProtocol protocol) {
    group = group("twins", protocol).createTopic();
    var first = group.join(Map.of("group.instance.id", "a")).withLanes(4);
    var second = group.join(Map.of("group.instance.id", "a"));

    // The classic protocol believes the newer one, KIP-848 the one that is there.
    var stopped = protocol == GroupProtocol.CLASSIC ? first : second;
    await().atMost(PATIENCE).until(() -> stopped.runtime().failure().isPresent());
    assertThat(stopped.runtime().failure().orElseThrow())
        .isInstanceOf(MillraceException.class)
        .hasMessageStartingWith(
            "Cannot go on as instance \"a\" of %s: another process has that name", group.id());
    List<TestAttempt> plan = group.plan(1, 4);
    group.sendAll(plan);
    group.assertLoadedOnce(1, plan);
    assertThat(protocol == GroupProtocol.CLASSIC ? second : first)
        .satisfies(member -> assertThat(member.runtime().failure()).isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void aZombieLoadsNothingTwice(GroupProtocol protocol) {
    group = group("zombie", protocol).createTopic();
    var zombie = group.join(Map.of("max.poll.interval.ms", SHORT)).withLanes(4);
    var stuck = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    zombie
        .events()
        .atRecord(
            () -> {
              stuck.countDown();
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    List<TestAttempt> plan = group.plan(1, 8);
    group.sendAll(plan);
    await().atMost(PATIENCE).until(() -> stuck.getCount() == 0);

    var other = group.join();
    group.assertLoadedOnce(1, plan);
    release.countDown();

    // It reads on in what it had fetched, for lanes that are another's: it must not matter.
    zombie.withLanes(2);
    other.withLanes(2);
    List<TestAttempt> next = group.plan(2, 8);
    group.sendAll(next);
    group.assertLoadedOnce(2, next);
    assertThat(zombie.runtime().failure()).isEmpty();
    assertThat(zombie.events().of("loaded")).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource
  void aTopicMadeLaterIsReadToo(GroupProtocol protocol) {
    group = group("later", protocol);
    group.join(Map.of("metadata.max.age.ms", 200), group.sink(), List.of());
    group.createTopic();
    List<TestAttempt> plan = group.plan(1, 4);
    group.sendAll(plan);
    group.assertLoadedOnce(1, plan);
  }
}
