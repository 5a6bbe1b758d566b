package io.millrace.benchmarks.part;

import io.millrace.core.wire.BatchHeader;
import io.millrace.runtime.lane.Known;
import io.millrace.runtime.lane.LaneAction;
import io.millrace.runtime.lane.LaneRecord;
import io.millrace.runtime.lane.LaneWorker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What a lane decides of each record of an attempt, from its first to its load. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LaneDecisions {
  private static final Duration PARK_AFTER = Duration.ofHours(1);
  private static final int RECORDS = SentRecords.DATA + 1;

  private final List<BatchHeader> headers = SentRecords.of(1);

  /** A lane that is new, one unit, a hundred records. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void unit(Blackhole actions) {
    var lane = new LaneWorker(PARK_AFTER);
    long offset = 0;
    for (BatchHeader header : headers) {
      long time = header.reading().attempt().startedAt().toEpochMilli() + offset;
      List<LaneAction> decided =
          lane.record(
              new LaneRecord(
                  offset, time, 0, header, SentRecords.valueChecksum(header.sequence())));
      actions.consume(decided);
      if (offset == 0) {
        actions.consume(lane.answer(header.reading().unit(), new Known.Open()));
      }
      offset++;
    }
    List<LaneAction> loaded = lane.loaded(headers.get(0).reading().unit());
    actions.consume(loaded);
  }
}
