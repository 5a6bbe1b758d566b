package io.millrace.runtime.simulation;

import java.util.ArrayList;
import java.util.List;

/** Sends one attempt, in transactions or without. */
final class SourceTask {
  private record Sent(int sequence, LogPartition partition, long offset) {}

  private final SourceAttempt attempt;
  private final boolean transactional;
  private final List<Sent> pending = new ArrayList<>();
  private Transaction transaction;

  SourceTask(SourceAttempt attempt, boolean transactional) {
    this.attempt = attempt;
    this.transactional = transactional;
  }

  SourceAttempt attempt() {
    return attempt;
  }

  boolean isInTransaction() {
    return transaction != null;
  }

  /** Sends the next record, or leaves it out if that is the attempt's flaw. */
  void sendNext(SimulatedLog log) {
    int sequence = attempt.next();
    if (!attempt.leavesOut(sequence)) {
      send(log, sequence);
    }
    attempt.sentNext();
  }

  /** Sends a record, perhaps once more. */
  void send(SimulatedLog log, int sequence) {
    if (transactional && transaction == null) {
      transaction = new Transaction();
    }
    LogPartition to =
        log.append(
            attempt, sequence, attempt.header(sequence), attempt.value(sequence), transaction);
    var sent = new Sent(sequence, to, to.end() - 1);
    if (transaction == null) {
      stands(sent);
    } else {
      pending.add(sent);
    }
  }

  private void stands(Sent sent) {
    attempt.stands(sent.sequence(), sent.partition(), sent.offset());
  }

  /** Says that the attempt will never end. */
  void giveUp(SimulatedLog log) {
    endTransaction(/* committed= */ true);
    log.append(attempt, -1, attempt.giveUp(), Values.END, null);
  }

  void endTransaction(boolean committed) {
    if (transaction != null) {
      Transaction ended = transaction;
      transaction = null;
      ended.end(committed);
      ended.firsts().keySet().forEach(partition -> partition.end(ended));
      if (committed) {
        pending.forEach(this::stands);
      }
      pending.clear();
    }
  }
}
