package io.millrace.sinks.ledger;

import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.ledger.ChangeEntry;
import java.time.Instant;
import java.util.List;

/** A stretch of a bucket's changes is loaded. */
record ChangeDocument(
    int version,
    String stream,
    Origin generation,
    int bucket,
    int number,
    String run,
    String after,
    String last,
    String openRun,
    Instant latestCommit,
    long sourceRows,
    String writer,
    List<Document.Marker.File> files,
    Mark log,
    String fingerprint,
    List<Decision> decisions)
    implements Document {

  /** Why the changes are left out; there is none if they are loaded. */
  record Decision(String reason, String by, Instant at) {}

  record Mark(String topicId, int partition, long offset, Instant timestamp) {}

  static ChangeDocument of(ChangeEntry entry) {
    Bucket bucket = entry.cut().bucket();
    ChangeEntry.Reach reach = entry.reach();
    ChangeEntry.LogMark log = entry.log();
    return new ChangeDocument(
        VERSION,
        bucket.stream().name(),
        Origin.of(bucket.generation()),
        bucket.number(),
        entry.cut().number(),
        entry.cut().run().value(),
        reach.after().toString(),
        reach.last().toString(),
        reach.progress().run().value(),
        reach.progress().latestCommit(),
        reach.rows(),
        entry.staged().writer(),
        Document.Marker.File.of(entry.staged()),
        new Mark(log.topicId(), log.partition(), log.offset(), log.timestamp()),
        entry.fingerprint(),
        entry.gap().stream().map(d -> new Decision(d.reason(), d.by(), d.at())).toList());
  }

  ChangeEntry entry(String pipeline) {
    var of = new Bucket(new StreamId(pipeline, stream), generation.generation(), bucket);
    return new ChangeEntry(
        new Cut(of, number, new RunId(run)),
        new ChangeEntry.Reach(
            Position.parse(after),
            Position.parse(last),
            new Progress(new RunId(openRun), latestCommit),
            sourceRows),
        Document.Marker.File.staged(writer, files),
        new ChangeEntry.LogMark(log.topicId, log.partition, log.offset, log.timestamp),
        fingerprint,
        decisions.stream()
            .map(d -> new ChangeEntry.Decision(d.reason, d.by, d.at))
            .findFirst()
            .orElse(null));
  }
}
