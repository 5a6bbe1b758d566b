package io.millrace.runtime.bucket;

import io.millrace.core.RunId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.change.CutLimits;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.ChangeEntry.Reach;
import io.millrace.core.wire.ChangeHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A stretch of one bucket's changes that is being collected. */
final class OpenCut {
  /** How long, by log time, a cut without rows may stay open: it spares entries, not files. */
  private static final Duration IDLE = Duration.ofMinutes(5);

  private final Bucket bucket;
  private final int number;
  private final Position after;
  private final long openedAt;
  private RunId run;
  private String schema;
  private long firstRowsAt;
  private final List<ChangeRecord> batches = new ArrayList<>();
  private long rows;
  private long bytes;
  private ChangeRecord end;

  /** Nothing is in it yet; the record is going to be its first. */
  OpenCut(Bucket bucket, int number, Position after, ChangeRecord first) {
    this.bucket = bucket;
    this.number = number;
    this.after = after;
    this.openedAt = first.timestamp();
  }

  int number() {
    return number;
  }

  /** How many records with rows it has. */
  int batches() {
    return batches.size();
  }

  /** Whether the record's rows, if it has any, may lie in one file with those collected. */
  boolean takes(ChangeRecord record, CutLimits limits) {
    return batches.isEmpty()
        || record.header() instanceof ChangeHeader.Tick
        || (record.header().progress().run().equals(run)
            && record.header().schema().equals(schema)
            && !aged(record, limits));
  }

  void add(ChangeRecord record) {
    if (record.header() instanceof ChangeHeader.Data data) {
      if (batches.isEmpty()) {
        run = data.progress().run();
        schema = data.schema();
        firstRowsAt = record.timestamp();
      }
      batches.add(record);
      rows += data.rows();
      bytes += record.bytes();
    }
    end = record;
  }

  /** Whether what it has is enough, as of its last record. */
  boolean isFull(CutLimits limits) {
    return rows >= limits.rows() || bytes >= limits.bytes() || aged(end, limits);
  }

  private boolean aged(ChangeRecord record, CutLimits limits) {
    long every = limits.every().toMillis();
    return batches.isEmpty()
        ? record.timestamp() - openedAt >= Math.max(every, IDLE.toMillis())
        : record.timestamp() - firstRowsAt >= every;
  }

  ClosedCut close() {
    ChangeHeader header = end.header();
    var cut = new Cut(bucket, number, batches.isEmpty() ? header.progress().run() : run);
    var reach = new Reach(after, header.last(), header.progress(), rows);
    return new ClosedCut(cut, reach, batches, end);
  }
}
