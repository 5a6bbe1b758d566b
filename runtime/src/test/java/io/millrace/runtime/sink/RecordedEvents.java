package io.millrace.runtime.sink;

import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.ledger.UnitMarker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what was heard, as short texts. */
final class RecordedEvents implements SinkEvents {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private volatile Runnable atRecord = () -> {};

  /** Runs on the consumer's thread, which then polls no more, at every record. */
  void atRecord(Runnable action) {
    atRecord = action;
  }

  /** What was heard of one kind. */
  List<String> of(String kind) {
    return heard.stream().filter(text -> text.startsWith(kind + " ")).toList();
  }

  @Override
  public void recordRead(long bytes) {
    atRecord.run();
  }

  @Override
  public void unitLoaded(UnitMarker marker) {
    heard.add("loaded " + marker.unit().partition());
  }

  @Override
  public void unitSkipped(Unit unit) {
    heard.add("skipped " + unit.partition());
  }

  @Override
  public void badRecord(String topic, int partition, long offset, String reason) {
    heard.add("bad " + reason);
  }

  @Override
  public void deadLetterWritten(String topic, int partition, long offset) {
    heard.add("letter %s-%d@%d".formatted(topic, partition, offset));
  }

  @Override
  public void attemptDiscarded(Unit unit, String nonce, String reason) {
    heard.add("discarded " + nonce + ": " + reason);
  }

  @Override
  public void unitHeld(Unit unit, String reason) {
    heard.add("held " + unit.partition() + ": " + reason);
  }

  @Override
  public void unitParked(Unit unit, String reason) {
    heard.add("parked " + unit.partition() + ": " + reason);
  }

  @Override
  public void unitReread(Unit unit) {
    heard.add("reread " + unit.partition());
  }

  @Override
  public void planReread(PlannedRun plan) {
    heard.add("planReread " + plan);
  }

  @Override
  public void retrying(String what, Throwable cause) {
    heard.add("retrying " + what + ": " + cause.getMessage());
  }

  @Override
  public void failed(Throwable cause) {
    heard.add("failed " + cause.getMessage());
  }
}
