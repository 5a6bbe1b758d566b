package io.millrace.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Attempt;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.LogRange;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.SampleRows;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkSession;
import io.millrace.sinks.store.s3.S3TestServer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** What a run costs in requests: the numbers of docs/stores.md. */
class S3RequestsIT {
  private static final Unit FIRST =
      new Unit(
          new StreamId("lab", "trips"), new RunId("2026-11-19"), new PlanId(1L, "p"), "unit 0");

  @Test
  void aUnitCostsTheRequestsThatTheDocsSay() {
    try (var server = S3TestServer.start()) {
      Map<String, Long> one = requests(server, "one", 1);
      Map<String, Long> eleven = requests(server, "eleven", 11);
      var perUnit = new TreeMap<String, Long>();
      eleven.forEach((operation, n) -> perUnit.put(operation, n - one.getOrDefault(operation, 0L)));
      var perRun = new TreeMap<String, Long>();
      one.forEach((operation, n) -> perRun.put(operation, n - perUnit.get(operation) / 10));
      perUnit.replaceAll((operation, n) -> n / 10);
      perUnit.values().removeIf(n -> n == 0);
      perRun.values().removeIf(n -> n == 0);
      System.out.println("Requests per unit: " + perUnit);
      System.out.println("Requests per run besides: " + perRun);

      assertThat(perUnit)
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "PutObject", 2L,
                  "GetObject", 3L,
                  "HeadObject", 2L,
                  "CopyObject", 1L,
                  "DeleteObject", 1L));
    }
  }

  /** All that is asked from the ledger's opening until the run is live. */
  private static Map<String, Long> requests(S3TestServer server, String folder, int units) {
    var context =
        new SinkContext(
            "lab",
            "lake",
            SinkContext.SNAPSHOT,
            "cluster",
            Path.of("."),
            new Nonces(new Random()),
            Instant::now);
    var plan = new OpenPlan(new PlannedRun(FIRST.stream(), FIRST.run(), FIRST.plan()), units);
    server.faults().clear();
    try (var allocator = new RootAllocator();
        var batch = SampleRows.of(allocator, 0, 100);
        Sink sink =
            new ParquetSinkType()
                .open(
                    context,
                    ParquetSinkTest.options(
                        Map.of("path", server.path(folder) + "{run}/", "s3", server.options())))) {
      sink.ledger().open(plan);
      for (int i = 0; i < units; i++) {
        var unit = new Unit(FIRST.stream(), FIRST.run(), FIRST.plan(), "unit " + i);
        assertThat(sink.ledger().marker(unit)).isEmpty();
        try (SinkSession session = sink.begin(unit, SampleRows.SCHEMA)) {
          session.append(batch);
          assertThat(sink.ledger().mark(marker(unit, units, session.finish()))).isTrue();
        }
      }
      assertThat(sink.ledger().settle(plan)).isInstanceOf(PlanState.Live.class);
    }
    return server.faults().counts();
  }

  private static UnitMarker marker(Unit unit, int size, Staged staged) {
    return new UnitMarker(
        unit,
        size,
        new Attempt(1, "attempt", Instant.parse("2026-11-20T09:59:00Z")),
        staged.rows(),
        staged,
        new LogRange("lab.trips", "topic-id", 2, 17, 40, 3, staged.rows()),
        "fingerprint");
  }
}
