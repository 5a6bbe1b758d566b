package io.millrace.benchmarks.clickhouse;

import io.millrace.benchmarks.path.MillracePath;
import io.millrace.benchmarks.path.Route;
import io.millrace.benchmarks.result.Pass;
import java.sql.SQLException;
import java.util.List;

/** Millrace as it is deployed: ClickHouse to Kafka to Parquet. */
record WholeWay() implements ClickHouseWay {
  @Override
  public String name() {
    return "clickhouse-millrace";
  }

  @Override
  public List<Pass> measure(Setup setup, long rows) throws SQLException {
    ClickHouseServer server = setup.server();
    String source =
        """
        source:
          type: clickhouse
          url: %s
          compression: none
          table: %s
        """
            .formatted(server.url(), ClickHouseServer.TABLE);
    return new MillracePath()
        .measure(
            new Route(
                setup.checkout(),
                setup.settings(),
                setup.folder(),
                source,
                server.usage(),
                files -> EventSums.requireEqual(server, files)));
  }
}
