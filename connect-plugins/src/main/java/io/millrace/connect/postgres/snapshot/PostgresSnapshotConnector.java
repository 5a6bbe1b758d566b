package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.Commission;
import io.millrace.connect.ConnectOptions;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.RoundConnector;
import io.millrace.connect.round.RoundKeeper;
import io.millrace.core.Nonces;
import io.millrace.core.window.WindowOptions;
import java.security.SecureRandom;
import org.apache.kafka.connect.connector.Task;

/** Reads tables of Postgres, as a whole or window by window, each round under one snapshot. */
public final class PostgresSnapshotConnector extends RoundConnector<PostgresOptions> {
  static final ConnectOptions<PostgresOptions> OPTIONS =
      new ConnectOptions<>(PostgresOptions.class);

  /** For Connect. */
  public PostgresSnapshotConnector() {
    super(OPTIONS, new PostgresSourceType());
  }

  @Override
  public Class<? extends Task> taskClass() {
    return PostgresSnapshotTask.class;
  }

  @Override
  protected int tasks(PostgresOptions options) {
    return options.tasks();
  }

  @Override
  protected RoundKeeper.Maker<?> maker(
      PostgresOptions options, Commission commission, WindowOptions windowsOrNull) {
    var agenda = new Agenda<>(commission, windowsOrNull, options.selection());
    return new RoundMaker(options, commission, agenda, new Nonces(new SecureRandom()));
  }
}
