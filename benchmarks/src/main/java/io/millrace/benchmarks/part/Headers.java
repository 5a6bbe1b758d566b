package io.millrace.benchmarks.part;

import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.HeaderCodec;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A record's headers to texts and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Headers {
  private final BatchHeader header = SentRecords.of(1).get(0);
  private final Map<String, String> texts = HeaderCodec.encode(header);

  /** As the source does for each record. */
  @Benchmark
  public Map<String, String> encode() {
    return HeaderCodec.encode(header);
  }

  /** As the sink does for each record. */
  @Benchmark
  public BatchHeader decode() {
    return HeaderCodec.decode(texts);
  }
}
