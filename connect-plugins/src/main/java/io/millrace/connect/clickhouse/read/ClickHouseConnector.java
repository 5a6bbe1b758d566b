package io.millrace.connect.clickhouse.read;

import io.millrace.connect.Commission;
import io.millrace.connect.ConnectOptions;
import io.millrace.connect.clickhouse.ClickHouseOptions;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.RoundConnector;
import io.millrace.connect.round.RoundKeeper;
import io.millrace.core.Nonces;
import io.millrace.core.window.WindowOptions;
import java.security.SecureRandom;
import org.apache.kafka.connect.connector.Task;

/** Reads tables of ClickHouse, as a whole or window by window. */
public final class ClickHouseConnector extends RoundConnector<ClickHouseOptions> {
  static final ConnectOptions<ClickHouseOptions> OPTIONS =
      new ConnectOptions<>(ClickHouseOptions.class);

  /** For Connect. */
  public ClickHouseConnector() {
    super(OPTIONS, new ClickHouseSourceType());
  }

  @Override
  public Class<? extends Task> taskClass() {
    return ClickHouseTask.class;
  }

  @Override
  protected int tasks(ClickHouseOptions options) {
    return options.tasks();
  }

  @Override
  protected RoundKeeper.Maker<?> maker(
      ClickHouseOptions options, Commission commission, WindowOptions windowsOrNull) {
    var agenda = new Agenda<>(commission, windowsOrNull, options.selection());
    return new RoundMaker(options, commission, agenda, new Nonces(new SecureRandom()));
  }
}
