package io.millrace.benchmarks.changes;

import io.millrace.benchmarks.path.MillracePipeline;
import io.millrace.benchmarks.path.Route;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.ConnectWorker;
import io.millrace.runtime.connect.ConnectorConfig;
import java.sql.SQLException;
import java.util.List;

/** Millrace's connector: from the slot to the log of Kafka. */
record MillraceToLog() implements ChangesWay {
  @Override
  public String name() {
    return "changes-millrace-log";
  }

  @Override
  public List<Pass> measure(Setup setup) throws SQLException {
    ChangeLog log = setup.log();
    Route route =
        ChangeLog.route(setup.checkout(), log.database(), setup.settings(), setup.folder());
    try (Broker broker = Broker.start(setup.checkout(), setup.folder());
        ConnectWorker worker = MillracePipeline.worker(route, broker)) {
      var pipeline = MillracePipeline.create(route, MillracePipeline.kafka(broker), worker.url());
      ConnectorConfig connector = pipeline.request(worker);
      worker.putStopped(connector);
      try (var arrived = new ChangeCount(broker, pipeline.changesTopic())) {
        return new SlotReading(log, broker, worker, connector.name(), pipeline.changesTopic())
            .passes(() -> worker.setOffsets(connector.name(), log.offsets()), arrived::sofar);
      }
    }
  }
}
