package io.millrace.runtime.sink;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.Unit;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.wire.BatchHeader;
import io.millrace.runtime.lane.AttemptEnd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterPoolTest {

  @TempDir Path scratch;
  private final BufferAllocator allocator = new RootAllocator();
  private final MemorySink sink = new MemorySink();
  private final MemoryBudget budget = new MemoryBudget(1 << 20, 1 << 20);
  private final RecordedEvents events = new RecordedEvents();
  private final Failures failures = new Failures(events);
  private final List<LoadOutcome> outcomes = new CopyOnWriteArrayList<>();
  private final Retries retries = new Retries(Duration.ofMillis(1), events);
  private final Loader loader = new Loader(sink, TransformChain.NONE, allocator, retries);
  private final WriterPool pool = new WriterPool(Executors.newFixedThreadPool(1), failures);

  @AfterEach
  void nothingIsLeft() {
    pool.stop(PATIENCE);
    await().atMost(PATIENCE).until(() -> allocator.getAllocatedMemory() == 0);
    allocator.close();
    assertThat(budget.memoryUsed()).isZero();
  }

  private void submit(LoadRequest request, BooleanSupplier wanted, Consumer<LoadOutcome> done) {
    pool.submit(request.source(), () -> loader.load(request), wanted, done);
  }

  private LoadRequest request(String partition) {
    Unit unit = TestAttempt.unit(1, partition);
    TestAttempt attempt =
        TestAttempt.of(allocator, unit, 2, partition, LongStream.range(0, 10), 10, 0);
    sink.ledger().open(new OpenPlan(unit.plannedRun(), 2));
    var buffer = new UnitBuffer(budget, scratch);
    buffer.add(0, attempt.records().get(0).value(), 10, 1);
    buffer.add(1, attempt.records().get(1).value(), 10, 2);
    var header =
        (BatchHeader.PartitionEnd) RecordHeaders.decode(attempt.records().get(1).headers());
    return new LoadRequest(
        new AttemptEnd(header, 2, -1), new LanePlace("trips.rides", "id", 0), buffer);
  }

  @Test
  void tellsTheOutcomeAfterGivingMemoryBack() {
    var used = new CopyOnWriteArrayList<Long>();
    submit(request("a"), () -> true, outcome -> used.add(budget.memoryUsed()));
    await().atMost(PATIENCE).until(() -> !used.isEmpty());
    assertThat(used).containsExactly(0L);
  }

  @Test
  void doesNotBeginWhatIsNotWantedAnyMore() {
    submit(request("a"), () -> false, outcomes::add);
    submit(request("b"), () -> true, outcomes::add);
    await().atMost(PATIENCE).until(() -> !outcomes.isEmpty());
    assertThat(sink.tries()).isEqualTo(1);
  }

  @Test
  void abandonsWhatDoesNotEndInTime() {
    var reached = new CountDownLatch(1);
    sink.beforeFinish(
        unit -> {
          reached.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
          }
        });
    submit(request("a"), () -> true, outcomes::add);
    submit(request("b"), () -> true, outcomes::add);
    await().atMost(PATIENCE).until(() -> reached.getCount() == 0);

    failures.stop();
    pool.stop(Duration.ofMillis(10));

    await().atMost(PATIENCE).until(() -> budget.memoryUsed() == 0);
    assertThat(outcomes).isEmpty();
    assertThat(sink.tries()).isEqualTo(1);
    assertThat(failures.first()).isEmpty();
  }

  @Test
  void beginsNothingOnceItIsStopped() {
    pool.stop(PATIENCE);
    submit(request("a"), () -> true, outcomes::add);
    assertThat(budget.memoryUsed()).isZero();
    assertThat(sink.tries()).isZero();
  }

  @Test
  void whatBreaksALoadIsAFailure() {
    sink.beforeFinish(
        unit -> {
          throw new IllegalStateException("broken");
        });
    submit(request("a"), () -> true, outcomes::add);
    await().atMost(PATIENCE).until(() -> failures.first().isPresent());
    assertThat(failures.first().orElseThrow()).hasMessage("broken");
    assertThat(outcomes).isEmpty();
  }
}
