package io.millrace.runtime.sink;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.ChangeEntry.LogMark;
import io.millrace.core.ledger.ChangeEntry.Reach;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.ledger.Staged;
import io.millrace.core.stage.Mirror;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MirrorKeeperTest {
  private static final Duration NEVER = Duration.ofHours(1);
  private static final StreamId ORDERS = new StreamId("shop", "orders");
  private static final StreamId OTHERS = new StreamId("shop", "others");
  private static final Generation GENERATION =
      new Generation(
          PlanId.parse("0000000000005-abcdefgh"), "system", "slot", 2, List.of("id"), KeyHash.NAME);
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private final List<StreamId> looks = new CopyOnWriteArrayList<>();
  private final RecordedEvents events = new RecordedEvents();
  private final Failures failures = new Failures(events);
  private Mirror mirror = stream -> Optional.empty();
  private final MirrorKeeper keeper =
      new MirrorKeeper(
          Executors.newSingleThreadScheduledExecutor(),
          this::advance,
          () -> List.of(ORDERS),
          InstantSource.system(),
          events,
          failures);

  private Optional<MirrorVersion> advance(StreamId stream) {
    looks.add(stream);
    return mirror.advance(stream);
  }

  @AfterEach
  void stop() {
    keeper.stop();
  }

  private static ChangeEntry cut(StreamId stream, int bucket, int run) {
    RunId open = new RunId("run-" + run);
    return new ChangeEntry(
        new Cut(new Bucket(stream, GENERATION, bucket), 0, open),
        new Reach(Position.START, new Position(run, 0), new Progress(open, START), 1),
        new Staged("writer", List.of()),
        new LogMark("topic", 0, 1, START),
        "");
  }

  private void awaitLooks(StreamId... expected) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(looks).containsExactly(expected));
  }

  @Test
  void looksAtAllStreamsOnceAndThenAtThoseItLoads() {
    keeper.start(Duration.ofMillis(20));
    awaitLooks(ORDERS);
    keeper.cutLoaded(cut(OTHERS, 0, 1));
    await().atMost(PATIENCE).until(() -> looks.size() > 4);
    assertThat(looks.subList(1, looks.size())).containsOnly(OTHERS);
  }

  @Test
  void looksSoonAfterABucketHasPassedTheEndOfARun() {
    keeper.start(NEVER);
    awaitLooks(ORDERS);
    keeper.cutLoaded(cut(ORDERS, 0, 1));
    awaitLooks(ORDERS, ORDERS);
    keeper.cutLoaded(cut(ORDERS, 0, 1));
    keeper.cutLoaded(cut(ORDERS, 1, 1));
    awaitLooks(ORDERS, ORDERS, ORDERS);
    keeper.cutLoaded(cut(ORDERS, 0, 1));
    keeper.cutLoaded(cut(ORDERS, 1, 1));
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    assertThat(looks).hasSize(3);
  }

  @Test
  void leavesStreamsToTheProcessThatLoadsTheirFirstBucket() {
    keeper.start(Duration.ofMillis(20));
    awaitLooks(ORDERS);
    keeper.cutLoaded(cut(OTHERS, 1, 1));
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    assertThat(looks).containsExactly(ORDERS);
  }

  @Test
  void waitsAfterAFailureAndGoesOnWithTheOthers() {
    mirror =
        stream -> {
          if (stream.equals(ORDERS)) {
            throw MillraceException.passing(Category.TARGET, "busy", null);
          }
          return Optional.empty();
        };
    keeper.start(Duration.ofMillis(20));
    keeper.cutLoaded(cut(ORDERS, 0, 1));
    keeper.cutLoaded(cut(OTHERS, 0, 1));
    await().atMost(PATIENCE).until(() -> looks.stream().filter(OTHERS::equals).count() > 4);
    assertThat(looks.stream().filter(ORDERS::equals)).hasSize(1);
    assertThat(events.of("retrying")).hasSize(1);
    assertThat(failures.first()).isEmpty();
  }

  @Test
  void whatIsNobodysFaultButOursEndsTheSink() {
    mirror =
        stream -> {
          throw new IllegalStateException("a mistake");
        };
    keeper.start(NEVER);
    await().atMost(PATIENCE).until(() -> failures.first().isPresent());
    assertThat(failures.first()).get().isInstanceOf(IllegalStateException.class);
  }
}
