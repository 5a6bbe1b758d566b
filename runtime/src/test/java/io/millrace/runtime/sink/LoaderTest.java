package io.millrace.runtime.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.Unit;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.Transform;
import io.millrace.core.wire.BatchHeader;
import io.millrace.runtime.lane.AttemptEnd;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderTest {
  private static final Unit UNIT = TestAttempt.unit(1, "part");
  private static final LanePlace PLACE = new LanePlace("trips.rides", "topic-id", 3);

  @TempDir Path scratch;
  private final BufferAllocator allocator = new RootAllocator();
  private final MemorySink sink = new MemorySink();
  private final MemoryBudget budget = new MemoryBudget(1 << 20, 1 << 20);
  private final Retries retries = new Retries(Duration.ofMillis(1), SinkEvents.NONE);

  @AfterEach
  void nothingLeaks() {
    allocator.close();
    assertThat(budget.memoryUsed()).isZero();
  }

  private LoadOutcome load(
      TestAttempt attempt, TransformChain transforms, BufferAllocator vectors) {
    sink.ledger().open(new OpenPlan(attempt.unit().plannedRun(), 1));
    try (var buffer = new UnitBuffer(budget, scratch)) {
      for (int i = 0; i < attempt.records().size(); i++) {
        buffer.add(i, attempt.records().get(i).value(), rows(attempt, i), 100 + i);
      }
      return new Loader(sink, transforms, vectors, retries)
          .load(new LoadRequest(end(attempt), PLACE, buffer));
    }
  }

  private LoadOutcome load(TestAttempt attempt) {
    return load(attempt, TransformChain.NONE, allocator);
  }

  private static long rows(TestAttempt attempt, int sequence) {
    return RecordHeaders.decode(attempt.records().get(sequence).headers()).rows();
  }

  private static AttemptEnd end(TestAttempt attempt) {
    var last = attempt.records().get(attempt.records().size() - 1);
    var header = (BatchHeader.PartitionEnd) RecordHeaders.decode(last.headers());
    return new AttemptEnd(header, 100L + header.sequence(), 7);
  }

  private TestAttempt attempt(String nonce, int rows) {
    return TestAttempt.of(allocator, UNIT, 1, nonce, LongStream.range(0, rows), 100, 0);
  }

  @Test
  void stagesAndMarks() {
    UnitMarker marker = ((LoadOutcome.Loaded) load(attempt("a", 250))).marker();
    assertThat(marker.unit()).isEqualTo(UNIT);
    assertThat(marker.planSize()).isEqualTo(1);
    assertThat(marker.attempt().nonce()).isEqualTo("a");
    assertThat(marker.sourceRows()).isEqualTo(250);
    assertThat(marker.staged().rows()).isEqualTo(250);
    assertThat(marker.fingerprint()).isEqualTo("memory");
    assertThat(marker.log().topicId()).isEqualTo("topic-id");
    assertThat(marker.log().partition()).isEqualTo(3);
    assertThat(marker.log().first()).isEqualTo(100);
    assertThat(marker.log().last()).isEqualTo(103);
    assertThat(marker.log().leaderEpoch()).isEqualTo(7);
    assertThat(sink.ledger().marker(UNIT)).contains(marker);
  }

  @Test
  void anAttemptWithoutRowsBecomesAMarkerWithoutFiles() {
    UnitMarker marker = ((LoadOutcome.Loaded) load(attempt("a", 0))).marker();
    assertThat(marker.staged().files()).isEmpty();
    assertThat(marker.sourceRows()).isZero();
  }

  @Test
  void deletesWhatItStagedWhenAnotherWasFirst() {
    load(attempt("a", 250));
    assertThat(load(attempt("b", 250))).isEqualTo(new LoadOutcome.Lost(UNIT));
    assertThat(sink.fileCount()).isEqualTo(1);
    assertThat(sink.ledger().marker(UNIT).orElseThrow().attempt().nonce()).isEqualTo("a");
  }

  @Test
  void transformsEveryBatch() {
    UnitMarker marker =
        ((LoadOutcome.Loaded) load(attempt("a", 250), new Doubling(), allocator)).marker();
    assertThat(marker.staged().rows()).isEqualTo(250);
    assertThat(marker.fingerprint()).isEqualTo("doubling-memory");
    sink.ledger().settle(new OpenPlan(UNIT.plannedRun(), 1));
    assertThat(sink.rows(TestAttempt.STREAM, TestAttempt.RUN))
        .containsExactlyElementsOf(LongStream.range(0, 250).map(id -> 2 * id).boxed().toList());
  }

  @Test
  void rowsThatATransformLeavesOutAreCountedAsSuch() {
    UnitMarker marker =
        ((LoadOutcome.Loaded) load(attempt("a", 250), new FirstOfEachBatch(), allocator)).marker();

    assertThat(marker.sourceRows()).isEqualTo(250);
    assertThat(marker.log().rows()).as("before transforms").isEqualTo(250);
    assertThat(marker.staged().rows()).as("the first of three batches each").isEqualTo(3);
    assertThat(marker.filteredRows()).isEqualTo(247);
  }

  @Test
  void rowsThatTheSinkLosesAreNoFilteredOnes() {
    sink.loseRows(1);

    assertThatThrownBy(() -> load(attempt("a", 250)))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.category()).isEqualTo(MillraceException.Category.PROTOCOL))
        .hasMessage(
            "The files of %s hold 249 rows, but 250 were handed to the sink".formatted(UNIT));
    assertThat(sink.ledger().marker(UNIT)).isEmpty();
  }

  @Test
  void whatIsNoArrowIsUnreadable() {
    var outcome = (LoadOutcome.Unreadable) load(TestAttempt.garbled(UNIT, 1, "g", 0));
    assertThat(outcome.unit()).isEqualTo(UNIT);
    assertThat(outcome.reason()).contains("Arrow");
    assertThat(sink.ledger().marker(UNIT)).isEmpty();
    assertThat(sink.fileCount()).isZero();
  }

  @Test
  void valuesThatAreNotThoseAnnouncedAreUnreadable() {
    TestAttempt announced = attempt("a", 250);
    TestAttempt other =
        TestAttempt.of(allocator, UNIT, 1, "b", LongStream.range(1_000, 1_250), 100, 0);
    sink.ledger().open(new OpenPlan(UNIT.plannedRun(), 1));
    try (var buffer = new UnitBuffer(budget, scratch)) {
      buffer.add(0, announced.records().get(0).value(), 100, 1);
      buffer.add(1, other.records().get(1).value(), 100, 2);
      buffer.add(2, announced.records().get(2).value(), 50, 3);
      LoadOutcome outcome =
          new Loader(sink, TransformChain.NONE, allocator, retries)
              .load(new LoadRequest(end(announced), PLACE, buffer));
      assertThat(((LoadOutcome.Unreadable) outcome).reason()).contains("checksum");
    }
    assertThat(sink.fileCount()).isZero();
  }

  @Test
  void triesToMarkAgainWithoutStagingAgain() {
    sink.memory().failNextMarks(2);
    assertThat(load(attempt("a", 250))).isInstanceOf(LoadOutcome.Loaded.class);
    assertThat(sink.tries()).isEqualTo(1);
  }

  @Test
  void tooLittleMemoryForOneWriterIsAnErrorThatSaysSo() {
    try (BufferAllocator small = new RootAllocator(512)) {
      assertThatThrownBy(() -> load(attempt("a", 1_000), TransformChain.NONE, small))
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("raise --memory")
          .hasCauseInstanceOf(OutOfMemoryException.class);
    }
  }

  @Test
  void memoryThatOthersHoldIsWaitedFor() {
    try (BufferAllocator shared = new RootAllocator(4_096)) {
      var held = shared.buffer(4_000);
      var events =
          new SinkEvents() {
            @Override
            public void retrying(String what, Throwable cause) {
              held.close();
            }
          };
      sink.ledger().open(new OpenPlan(UNIT.plannedRun(), 1));
      TestAttempt attempt = attempt("a", 100);
      try (var buffer = new UnitBuffer(budget, scratch)) {
        buffer.add(0, attempt.records().get(0).value(), 100, 1);
        var loader =
            new Loader(
                sink, TransformChain.NONE, shared, new Retries(Duration.ofMillis(1), events));
        assertThat(loader.load(new LoadRequest(end(attempt), PLACE, buffer)))
            .isInstanceOf(LoadOutcome.Loaded.class);
      }
    }
  }

  @Test
  void aValueOfAnotherSchemaIsUnreadable() {
    TestAttempt attempt = attempt("a", 250);
    sink.ledger().open(new OpenPlan(UNIT.plannedRun(), 1));
    try (var buffer = new UnitBuffer(budget, scratch)) {
      buffer.add(0, attempt.records().get(0).value(), 100, 1);
      buffer.add(1, TestAttempt.otherSchema(allocator), 1, 2);
      buffer.add(2, attempt.records().get(2).value(), 50, 3);
      LoadOutcome outcome =
          new Loader(sink, TransformChain.NONE, allocator, retries)
              .load(new LoadRequest(end(attempt), PLACE, buffer));
      assertThat(((LoadOutcome.Unreadable) outcome).reason()).contains("schema");
    }
  }

  @Test
  void spilledValuesLoadTheSame() {
    TestAttempt attempt = attempt("a", 250);
    sink.ledger().open(new OpenPlan(UNIT.plannedRun(), 1));
    try (var buffer = new UnitBuffer(budget, scratch)) {
      for (int i = 0; i < attempt.records().size(); i++) {
        buffer.add(i, attempt.records().get(i).value(), rows(attempt, i), i);
      }
      assertThat(buffer.spill()).isTrue();
      ByteBuffer first = buffer.batch(0).value();
      assertThat(first).isEqualTo(ByteBuffer.wrap(attempt.records().get(0).value()));
      new Loader(sink, TransformChain.NONE, allocator, retries)
          .load(new LoadRequest(end(attempt), PLACE, buffer));
    }
    sink.ledger().settle(new OpenPlan(UNIT.plannedRun(), 1));
    assertThat(sink.rows(TestAttempt.STREAM, TestAttempt.RUN))
        .containsExactlyElementsOf(attempt.ids());
  }

  /** Leaves out all rows of a batch but one. */
  private static final class FirstOfEachBatch implements TransformChain {
    @Override
    public List<Transform> open(Schema input) {
      return List.of(
          new Transform() {
            @Override
            public Schema output() {
              return input;
            }

            @Override
            public VectorSchemaRoot apply(VectorSchemaRoot batch, Unit unit) {
              try (batch) {
                return batch.slice(0, 1);
              }
            }
          });
    }

    @Override
    public String fingerprint() {
      return "first";
    }
  }

  /** Doubles the first column in place. */
  private static final class Doubling implements TransformChain {
    @Override
    public List<Transform> open(Schema input) {
      return List.of(
          new Transform() {
            @Override
            public Schema output() {
              return input;
            }

            @Override
            public VectorSchemaRoot apply(VectorSchemaRoot batch, Unit unit) {
              var ids = (BigIntVector) batch.getVector(0);
              for (int i = 0; i < batch.getRowCount(); i++) {
                ids.set(i, 2 * ids.get(i));
              }
              return batch;
            }
          });
    }

    @Override
    public String fingerprint() {
      return "doubling";
    }
  }
}
