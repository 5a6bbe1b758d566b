package io.millrace.sinks.ledger;

import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.ledger.Staged;
import java.time.Instant;
import java.util.List;

/** A table as of a position. */
record MirrorDocument(
    int version,
    String stream,
    int number,
    String run,
    String plan,
    Origin generation,
    String position,
    String openRun,
    Instant latestCommit,
    List<Rows> buckets,
    String fingerprint,
    String writer)
    implements Document {

  /** A bucket's files: one for the next version, none or one for readers. */
  record Rows(List<Document.Marker.File> state, List<Document.Marker.File> table) {
    static Rows of(MirrorVersion.BucketRows rows) {
      return new Rows(
          Document.Marker.File.of(new Staged("", List.of(rows.state()))),
          Document.Marker.File.of(new Staged("", rows.table())));
    }

    MirrorVersion.BucketRows rows() {
      return new MirrorVersion.BucketRows(
          Document.Marker.File.staged("", state).files().get(0),
          Document.Marker.File.staged("", table).files());
    }
  }

  static MirrorDocument of(MirrorVersion mirror, String writer) {
    PlannedRun base = mirror.base();
    MirrorVersion.AsOf asOf = mirror.asOf();
    return new MirrorDocument(
        VERSION,
        mirror.stream().name(),
        mirror.number(),
        base.run().value(),
        base.plan().toString(),
        Origin.of(mirror.generation()),
        asOf.position().toString(),
        asOf.progress().run().value(),
        asOf.progress().latestCommit(),
        mirror.buckets().stream().map(Rows::of).toList(),
        mirror.fingerprint(),
        writer);
  }

  MirrorVersion mirror(String pipeline) {
    return new MirrorVersion(
        new StreamId(pipeline, stream),
        number,
        Document.planned(pipeline, stream, run, plan),
        generation.generation(),
        new MirrorVersion.AsOf(
            Position.parse(position), new Progress(new RunId(openRun), latestCommit)),
        buckets.stream().map(Rows::rows).toList(),
        fingerprint);
  }

  /**
   * Why no version of a number can be made; it counts as long as there is none.
   *
   * @param at when that was found last
   */
  record Halt(int version, String stream, int number, String reason, Instant at)
      implements Document {
    Halt(StreamId stream, int number, String reason, Instant at) {
      this(VERSION, stream.name(), number, reason, at);
    }
  }
}
