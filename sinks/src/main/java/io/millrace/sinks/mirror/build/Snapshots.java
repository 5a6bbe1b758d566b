package io.millrace.sinks.mirror.build;

import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.SnapshotPoint;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.UnitMarker;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The snapshots that tables begin with. */
final class Snapshots {
  /**
   * One of them.
   *
   * @param plan the published plan
   * @param point where it stands among the changes
   * @param units all its units
   */
  record Snapshot(PlannedRun plan, SnapshotPoint point, List<UnitMarker> units) {
    private static final Comparator<Snapshot> ORDER =
        Comparator.<Snapshot, PlanId>comparing(s -> s.point.generation())
            .thenComparing(s -> s.point.position());
  }

  private final LedgerView ledger;
  private final Map<PlannedRun, Optional<Snapshot>> known = new ConcurrentHashMap<>();

  Snapshots(LedgerView ledger) {
    this.ledger = ledger;
  }

  /**
   * The newest published one of a stream; empty if none is published that says where it stands.
   *
   * @throws MillraceException (DATA) if units of it were abandoned
   */
  Optional<Snapshot> newest(StreamId stream) {
    return ledger.runs(stream).stream()
        .flatMap(run -> published(stream, run).stream())
        .max(Snapshot.ORDER);
  }

  private Optional<Snapshot> published(StreamId stream, RunId run) {
    return ledger
        .published(stream, run)
        .flatMap(head -> known.computeIfAbsent(head.plan(), plan -> read(head)));
  }

  private Optional<Snapshot> read(RunHead head) {
    List<UnitMarker> units = ledger.markers(head.plan());
    Optional<SnapshotPoint> point =
        units.stream().flatMap(unit -> unit.point().stream()).findFirst();
    if (point.isPresent() && head.abandonedUnits() > 0) {
      throw MillraceException.data(
          "Cannot mirror %s from %s: %d of its %d partitions were abandoned; read the table again"
              .formatted(head.plan().stream(), head.plan(), head.abandonedUnits(), head.units()));
    }
    return point.map(at -> new Snapshot(head.plan(), at, units));
  }
}
