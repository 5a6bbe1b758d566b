package io.millrace.sinks.clickhouse;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.core.server.ChdbServer;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tables of ClickHouse, by its own answers, and a ledger on a local disk. */
class ClickHouseSinkIT extends SinkContract {
  private static ClickHouseTarget target;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(ChdbServer.missing().isEmpty(), () -> ChdbServer.missing().orElse(""));
    target = new ClickHouseTarget(ChdbServer.start());
  }

  @AfterAll
  static void stop() throws Exception {
    if (target != null) {
      target.server().close();
    }
  }

  @Override
  protected Sink open(SinkContext context) {
    return target.open(context, Map.of("order_by", List.of("id")));
  }

  @Override
  protected List<String> read(List<String> files) {
    return target.read(files);
  }

  @Override
  protected List<String> stored(SinkContext context) {
    return target.stored(context);
  }
}
