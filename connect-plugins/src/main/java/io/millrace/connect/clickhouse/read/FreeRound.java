package io.millrace.connect.clickhouse.read;

import io.millrace.connect.round.HeldRound;
import io.millrace.connect.round.Round;
import io.millrace.connect.round.TaskShare;
import java.util.List;
import java.util.Map;

/** A round that nothing holds: ClickHouse has no snapshot that several queries could share. */
record FreeRound(Round round) implements HeldRound {
  @Override
  public List<Map<String, String>> taskProperties(int tasks) {
    return round.deal(tasks).stream().map(TaskShare::toProperties).toList();
  }

  @Override
  public boolean isHeld() {
    return true;
  }

  @Override
  public void close() {}
}
