package io.millrace.benchmarks.changes;

import io.millrace.benchmarks.path.DebeziumSource;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.ConnectWorker;
import io.millrace.benchmarks.server.ConnectWorker.Records;
import io.millrace.runtime.connect.ConnectorConfig;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** What users pick today: Debezium's connector, whole events as JSON. */
record DebeziumWay() implements ChangesWay {
  private static final String PEER = "debezium";

  @Override
  public String name() {
    return "changes-debezium";
  }

  @Override
  public List<Pass> measure(Setup setup) throws SQLException {
    ChangeLog log = setup.log();
    var source =
        new DebeziumSource(
            log.database(), "bench", ChangeLog.SLOT, ChangeLog.TABLE, ChangeLog.TABLE);
    var connector =
        new ConnectorConfig(
            "changes-" + PEER,
            source.properties(
                Map.of(
                    "publication.autocreate.mode", "disabled",
                    "snapshot.mode", "no_data",
                    "poll.interval.ms", "50")));
    try (Broker broker = Broker.start(setup.checkout(), setup.folder())) {
      broker.createTopic(source.topic(), 1);
      try (ConnectWorker worker =
          ConnectWorker.start(
              setup.checkout(),
              setup.folder().resolve("connect"),
              broker,
              setup.checkout().peer(PEER),
              Records.JSON)) {
        worker.putStopped(connector);
        var reading = new SlotReading(log, broker, worker, connector.name(), source.topic());
        return reading.passes(
            () -> worker.forgetOffsets(connector.name()), () -> broker.records(source.topic()));
      }
    }
  }
}
