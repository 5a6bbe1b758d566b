package io.millrace.runtime.simulation;

import java.util.LinkedHashMap;
import java.util.Map;

/** A producer's transaction over any number of TopicPartitions. */
final class Transaction {
  private enum State {
    OPEN,
    COMMITTED,
    ABORTED
  }

  private final Map<LogPartition, Long> firsts = new LinkedHashMap<>();
  private State state = State.OPEN;

  /** A record of it was appended. */
  void reaches(LogPartition partition, long offset) {
    firsts.putIfAbsent(partition, offset);
  }

  /** Where it begins in each TopicPartition it has reached. */
  Map<LogPartition, Long> firsts() {
    return firsts;
  }

  boolean isCommitted() {
    return state == State.COMMITTED;
  }

  void end(boolean committed) {
    state = committed ? State.COMMITTED : State.ABORTED;
  }
}
