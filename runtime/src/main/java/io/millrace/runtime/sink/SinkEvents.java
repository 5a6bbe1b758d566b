package io.millrace.runtime.sink;

import io.millrace.core.PlannedRun;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.UnitMarker;

/** Hears what a sink does. Called from several threads; answers quickly and never throws. */
public interface SinkEvents {
  /** Hears nothing. */
  SinkEvents NONE = new SinkEvents() {};

  /** A record was read, whatever becomes of it. */
  default void recordRead(long bytes) {}

  /** A data record was kept, to be loaded with its unit. */
  default void batchKept(Unit unit, long rows, long bytes) {}

  /** A unit was loaded by this process: its marker stands. */
  default void unitLoaded(UnitMarker marker) {}

  /** A unit was loaded by another process, or its run was decided, before this one came to it. */
  default void unitSkipped(Unit unit) {}

  /** A plan was looked after. */
  default void planState(OpenPlan plan, PlanState state) {}

  /** A record cannot be one of ours, or cannot be read: it goes to the dead letters. */
  default void badRecord(String topic, int partition, long offset, String reason) {}

  /** The dead letter of a bad record was written. */
  default void deadLetterWritten(String topic, int partition, long offset) {}

  /** An attempt was given up. */
  default void attemptDiscarded(Unit unit, String nonce, String reason) {}

  /** A unit cannot be loaded from what the log holds. */
  default void unitHeld(Unit unit, String reason) {}

  /** Nobody waits for a unit any more. */
  default void unitParked(Unit unit, String reason) {}

  /** A unit is read again from the log, apart from all others. */
  default void unitReread(Unit unit) {}

  /** A plan that lacks units is read again from the log. */
  default void planReread(PlannedRun plan) {}

  /** A record of changes was kept, to be loaded with its cut. */
  default void changesKept(Bucket bucket, long rows, long bytes) {}

  /** A cut of changes was loaded by this process: its entry stands. */
  default void cutLoaded(ChangeEntry entry) {}

  /** Changes of a bucket behind a position are missing, and are looked for in the log. */
  default void bucketReread(Bucket bucket, Position behind) {}

  /** A bucket cannot go on. */
  default void bucketHalted(Bucket bucket, String reason) {}

  /** The next version of a mirrored table stands. */
  default void mirrorMoved(MirrorVersion version) {}

  /** No further version of a table can be made. */
  default void mirrorHalted(StreamId stream, String reason) {}

  /** Something failed in a way that may pass, and will be tried again. */
  default void retrying(String what, Throwable cause) {}

  /** The sink has stopped for good. */
  default void failed(Throwable cause) {}
}
