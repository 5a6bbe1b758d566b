package io.millrace.sinks.ledger;

import io.millrace.core.Attempt;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.Position;
import io.millrace.core.change.SnapshotPoint;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.LogPosition;
import io.millrace.core.ledger.LogRange;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.Replay;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.SinkContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The ledger's documents as their JSON has them: component names in snake case, times in ISO-8601,
 * and the {@code version}. Other programs read them, so that within a version components may be
 * added, never taken away or given another meaning.
 */
interface Document {
  /** The version this code writes, and the only one it reads. */
  int VERSION = 1;

  /** Components that were added within the version, and what their absence means. */
  Map<String, Object> ADDED =
      Map.of(
          "layout",
          SinkContext.SNAPSHOT,
          "ledger",
          "",
          "abandoned",
          "",
          "log_elsewhere",
          List.of(),
          "point",
          List.of(),
          "abandoned_units",
          0,
          "fingerprints",
          1,
          "decisions",
          List.of());

  int version();

  /** A part of a TopicPartition. */
  record Span(String topic, String topicId, int partition, long from, long to) {
    static List<Span> of(List<LogSpan> spans) {
      return spans.stream()
          .map(s -> new Span(s.topic(), s.topicId(), s.partition(), s.from(), s.to()))
          .toList();
    }

    static List<LogSpan> logSpans(List<Span> spans) {
      return spans.stream()
          .map(s -> new LogSpan(s.topic, s.topicId, s.partition, s.from, s.to))
          .toList();
    }
  }

  /**
   * Whose ledger this is, and which: {@code ledger} is a nonce that tells it from a later one in
   * the same place.
   */
  record Identity(
      int version, String pipeline, String sink, String cluster, String layout, String ledger)
      implements Document {
    static Identity of(SinkContext context) {
      return new Identity(
          VERSION,
          context.pipeline(),
          context.sink(),
          context.cluster(),
          context.layout(),
          context.nonces().next());
    }
  }

  /** A plan with something left to do. */
  record Entry(int version, String stream, String run, String plan, int size) implements Document {
    static Entry of(OpenPlan open) {
      PlannedRun plan = open.plan();
      return new Entry(
          VERSION, plan.stream().name(), plan.run().value(), plan.plan().toString(), open.size());
    }

    OpenPlan openPlan(String pipeline) {
      return new OpenPlan(planned(pipeline, stream, run, plan), size);
    }
  }

  /** A unit is loaded. */
  record Marker(
      int version,
      String stream,
      String run,
      String plan,
      String partition,
      int planSize,
      Reading attempt,
      long sourceRows,
      String writer,
      List<File> files,
      Log log,
      String fingerprint,
      String abandoned,
      List<Span> logElsewhere,
      List<Point> point)
      implements Document {

    /** Where the plan stands among changes; there is none if nowhere. */
    record Point(String generation, String position) {
      static Point of(SnapshotPoint point) {
        return new Point(point.generation().toString(), point.position().toString());
      }

      SnapshotPoint point() {
        return new SnapshotPoint(PlanId.parse(generation), Position.parse(position));
      }
    }

    record Reading(int number, String nonce, Instant startedAt) {}

    record File(String path, String staged, long rows, long bytes, String crc32c) {
      static List<File> of(Staged staged) {
        return staged.files().stream()
            .map(f -> new File(f.path(), f.staged(), f.rows(), f.bytes(), f.checksum()))
            .toList();
      }

      static Staged staged(String writer, List<File> files) {
        return new Staged(
            writer,
            files.stream()
                .map(f -> new StagedFile(f.staged, f.path, f.rows, f.bytes, f.crc32c))
                .toList());
      }
    }

    record Log(
        String topic,
        String topicId,
        int partition,
        long first,
        long last,
        int leaderEpoch,
        long rows) {}

    static Marker of(UnitMarker marker) {
      Unit unit = marker.unit();
      Attempt attempt = marker.attempt();
      LogRange log = marker.log();
      return new Marker(
          VERSION,
          unit.stream().name(),
          unit.run().value(),
          unit.plan().toString(),
          unit.partition(),
          marker.planSize(),
          new Reading(attempt.number(), attempt.nonce(), attempt.startedAt()),
          marker.sourceRows(),
          marker.staged().writer(),
          File.of(marker.staged()),
          new Log(
              log.topic(),
              log.topicId(),
              log.partition(),
              log.first(),
              log.last(),
              log.leaderEpoch(),
              log.rows()),
          marker.fingerprint(),
          marker.abandoned(),
          Span.of(log.elsewhere()),
          marker.point().map(Point::of).stream().toList());
    }

    UnitMarker unitMarker(String pipeline) {
      PlannedRun planned = planned(pipeline, stream, run, plan);
      return new UnitMarker(
          planned.unit(partition),
          planSize,
          new Attempt(attempt.number, attempt.nonce, attempt.startedAt),
          sourceRows,
          File.staged(writer, files),
          new LogRange(
              log.topic,
              log.topicId,
              log.partition,
              log.first,
              log.last,
              log.leaderEpoch,
              log.rows,
              Span.logSpans(logElsewhere)),
          fingerprint,
          abandoned,
          point.isEmpty() ? null : point.get(0).point());
    }
  }

  /** A run's head: readers shall see this plan. */
  record Head(
      int version,
      String stream,
      String run,
      String plan,
      int number,
      int units,
      long rows,
      long sourceRows,
      int abandonedUnits,
      int fingerprints,
      String writer,
      Instant at)
      implements Document {
    static Head of(RunHead head, String writer, Instant at) {
      PlannedRun plan = head.plan();
      return new Head(
          VERSION,
          plan.stream().name(),
          plan.run().value(),
          plan.plan().toString(),
          head.number(),
          head.units(),
          head.rows(),
          head.sourceRows(),
          head.abandonedUnits(),
          head.fingerprints(),
          writer,
          at);
    }

    RunHead runHead(String pipeline) {
      return new RunHead(
          planned(pipeline, stream, run, plan),
          number,
          units,
          rows,
          sourceRows,
          abandonedUnits,
          fingerprints);
    }
  }

  /** A unit cannot be loaded from what the log holds; overwritten. */
  record Held(
      int version,
      String stream,
      String run,
      String plan,
      String partition,
      String reason,
      Instant at)
      implements Document {
    static Held of(HeldUnit held) {
      PlannedRun plan = held.plan();
      return new Held(
          VERSION,
          plan.stream().name(),
          plan.run().value(),
          plan.plan().toString(),
          held.partition(),
          held.reason(),
          held.at());
    }

    HeldUnit heldUnit(String pipeline) {
      return new HeldUnit(planned(pipeline, stream, run, plan), partition, reason, at);
    }
  }

  /** That and when something was done: published, removed. */
  record Note(int version, String writer, Instant at) implements Document {
    Note(String writer, Instant at) {
      this(VERSION, writer, at);
    }
  }

  /** Where reading a TopicPartition may go on: true of this ledger and of no later one. */
  record Hint(int version, String ledger, String topicId, int partition, long offset)
      implements Document {
    static Hint of(String ledger, LogPosition position) {
      return new Hint(VERSION, ledger, position.topicId(), position.partition(), position.offset());
    }

    LogPosition position() {
      return new LogPosition(topicId, partition, offset);
    }
  }

  /** A replay has its number. */
  record ReplayClaim(
      int version,
      int number,
      String selection,
      String fingerprint,
      List<Span> range,
      String writer,
      Instant at)
      implements Document {

    static ReplayClaim of(Replay replay, String writer) {
      return new ReplayClaim(
          VERSION,
          replay.number(),
          replay.selection(),
          replay.fingerprint(),
          Span.of(replay.range()),
          writer,
          replay.at());
    }

    Replay replay() {
      return new Replay(number, selection, fingerprint, Span.logSpans(range), at);
    }
  }

  /** A plan by its names. */
  static PlannedRun planned(String pipeline, String stream, String run, String plan) {
    return new PlannedRun(new StreamId(pipeline, stream), new RunId(run), PlanId.parse(plan));
  }
}
