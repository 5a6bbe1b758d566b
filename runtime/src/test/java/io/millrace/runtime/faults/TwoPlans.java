package io.millrace.runtime.faults;

import io.millrace.core.StreamId;
import io.millrace.runtime.sink.TestAttempt;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A run that is read twice, as a source would send it: three Partitions of three batches in two
 * TopicPartitions, one attempt that died before. No row of the first plan is in the second.
 */
record TwoPlans(List<TestAttempt> first, List<TestAttempt> second, TestAttempt dead) {
  static final String STREAM = "rides";
  static final int TOPIC_PARTITIONS = 2;
  private static final int UNITS = 3;
  private static final int ROWS = 250;
  private static final int BATCH_ROWS = 100;
  private static final long APART = 1_000_000;

  static TwoPlans of(String pipeline) {
    var stream = new StreamId(pipeline, STREAM);
    try (var allocator = new RootAllocator()) {
      return new TwoPlans(
          plan(allocator, stream, 1),
          plan(allocator, stream, 2),
          attempt(allocator, stream, 1, 1, "dead"));
    }
  }

  private static List<TestAttempt> plan(BufferAllocator allocator, StreamId stream, int plan) {
    return IntStream.range(0, UNITS)
        .mapToObj(unit -> attempt(allocator, stream, plan, unit, "whole"))
        .toList();
  }

  private static TestAttempt attempt(
      BufferAllocator allocator, StreamId stream, int plan, int unit, String nonce) {
    long from = plan * APART + unit * 10_000L;
    return TestAttempt.of(
        allocator,
        TestAttempt.unit(stream, plan, "part-" + unit),
        UNITS,
        "%s-%d-%d".formatted(nonce, plan, unit),
        LongStream.range(from, from + ROWS),
        BATCH_ROWS,
        unit % TOPIC_PARTITIONS);
  }

  List<ProducerRecord<byte[], byte[]>> firstRecords() {
    var records = new ArrayList<>(dead.withoutEnd());
    first.forEach(attempt -> records.addAll(attempt.records()));
    return records;
  }

  List<ProducerRecord<byte[], byte[]>> secondRecords() {
    return second.stream().flatMap(attempt -> attempt.records().stream()).toList();
  }

  /** The ids of the rows that are to be there in the end, sorted. */
  List<Long> ids() {
    return second.stream().flatMap(attempt -> attempt.ids().stream()).sorted().toList();
  }
}
